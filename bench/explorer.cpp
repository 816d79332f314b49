// SPDX-License-Identifier: Apache-2.0
//
// The explorer: states and transitions a second, on one core, and by the clock with two threads. With no property asked for, as the
// model checkers it is compared with search, and with one; the shipped scope, and one of two million states (four-names.ovl).
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "ovlsim/explore.hpp"
#include "ovlsim/policy.hpp"

namespace {

using namespace ovlsim;

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

void explores(benchmark::State& state, const std::string& file, const std::vector<property>& asked, unsigned threads = 1) {
  const parsed_scope s = parse_scope(text_of(std::string(OVLSIM_SOURCE_DIR) + "/" + file), file);
  const policy_result follow = with_policies(linux_6_18, "follow");
  if (!s || !follow.value) {
    state.SkipWithError("no such scope or policy");
    return;
  }
  explore_limits limits;
  limits.threads = threads;
  exploration e;
  for (auto _ : state) {
    e = explore(s.value, *follow.value, asked, limits);
    if (e.end != explore_end::closed) state.SkipWithError("the scope did not close");
  }
  const auto runs = static_cast<double>(state.iterations());
  using benchmark::Counter;
  state.counters["states"] = static_cast<double>(e.reached.states);
  state.counters["states/s"] = Counter(static_cast<double>(e.reached.states) * runs, Counter::kIsRate);
  state.counters["transitions/s"] = Counter(static_cast<double>(e.reached.transitions) * runs, Counter::kIsRate);
  state.counters["bytes_a_state"] = static_cast<double>(e.reached.memory) / static_cast<double>(e.reached.states);
}

void shipped(benchmark::State& state) { explores(state, "examples/scopes/squashfs.ovl", {}); }
void shipped_no_eio(benchmark::State& state) { explores(state, "examples/scopes/squashfs.ovl", {*property_named("no-eio")}); }
void four_names(benchmark::State& state) { explores(state, "bench/four-names.ovl", {}); }
void four_names_with_two(benchmark::State& state) { explores(state, "bench/four-names.ovl", {}, 2); }
BENCHMARK(shipped)->Name("explorer/squashfs")->Unit(benchmark::kMillisecond);
BENCHMARK(shipped_no_eio)->Name("explorer/squashfs/no-eio")->Unit(benchmark::kMillisecond);
BENCHMARK(four_names)->Name("explorer/four-names")->Unit(benchmark::kMillisecond);
BENCHMARK(four_names_with_two)->Name("explorer/four-names/two-threads")->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
