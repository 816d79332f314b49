// SPDX-License-Identifier: Apache-2.0
//
// The copy of a world, made and destroyed: what a search through many futures of one world pays for each of them. The
// world is that of the report's story, a scenario of two files, after its last line. A copy shares until it is changed, so
// the first command on a copy pays as well: that is measured, too.
#include <benchmark/benchmark.h>

#include "ovlsim/apply.hpp"
#include "story.hpp"

namespace {

using namespace ovlsim;

world collided() {
  world w;
  for (const scenario_line& line : bench::collision().lines) {
    if (line.has_command) apply(w, line.what, linux_6_18);
  }
  return w;
}

void copy_of_a_two_file_world(benchmark::State& state) {
  const world w = collided();
  for (auto _ : state) {
    world copy(w);
    benchmark::DoNotOptimize(copy);
  }
  state.counters["sizeof"] = sizeof(world);
}

/// Into a world that is there already.
void assignment_of_a_two_file_world(benchmark::State& state) {
  const world w = collided();
  world copy;
  for (auto _ : state) {
    copy = w;
    benchmark::DoNotOptimize(copy);
  }
}

/// A copy and one command on it, which changes the overlay and its upper; and the same command on a world that nobody shares.
void copy_and_a_command(benchmark::State& state) {
  const world w = collided();
  const command write = cmd::write{{"m", "/ZA"}, "!"};
  for (auto _ : state) {
    world copy(w);
    outcome answer = apply(copy, write, linux_6_18);
    benchmark::DoNotOptimize(answer);
  }
}
void a_command_without_copy(benchmark::State& state) {
  world w = collided();
  const command write = cmd::write{{"m", "/ZA"}, "!"};
  for (auto _ : state) {
    outcome answer = apply(w, write, linux_6_18);
    benchmark::DoNotOptimize(answer);
  }
}

BENCHMARK(copy_of_a_two_file_world);
BENCHMARK(assignment_of_a_two_file_world);
BENCHMARK(copy_and_a_command);
BENCHMARK(a_command_without_copy);

}  // namespace
