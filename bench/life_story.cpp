// SPDX-License-Identifier: Apache-2.0
//
// A random life story of 60 commands from text to answers, and its two halves: reading the text, running it on the
// model. Stories differ, so a hundred of them are gone through, one an iteration.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

#include "ovlsim/random.hpp"
#include "ovlsim/run.hpp"
#include "story.hpp"

namespace {

using namespace ovlsim;

constexpr std::size_t stories = 100;

/// Stories of exactly 60 commands, as texts.
const std::vector<std::string>& texts() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> found;
    for (std::uint64_t index = 0; found.size() < stories; ++index) {
      const std::uint64_t seed = story_seed(1, index);
      scenario s = random_story(seed, random_shape(seed));
      if (bench::cut_to(s, 60)) found.push_back(print(s));
    }
    return found;
  }();
  return all;
}

void parse_and_run(benchmark::State& state) {
  const std::vector<std::string>& text = texts();
  std::size_t next = 0;
  for (auto _ : state) {
    const parsed_scenario s = parse_scenario(text[next++ % stories], "story");
    std::vector<answered> answers = run_on_model(s.value, linux_6_18);
    benchmark::DoNotOptimize(answers);
  }
}

void parse(benchmark::State& state) {
  const std::vector<std::string>& text = texts();
  std::size_t next = 0;
  for (auto _ : state) {
    parsed_scenario s = parse_scenario(text[next++ % stories], "story");
    benchmark::DoNotOptimize(s);
  }
}

void run(benchmark::State& state) {
  std::vector<scenario> parsed;
  for (const std::string& text : texts()) parsed.push_back(parse_scenario(text, "story").value);
  std::size_t next = 0;
  for (auto _ : state) {
    std::vector<answered> answers = run_on_model(parsed[next++ % stories], linux_6_18);
    benchmark::DoNotOptimize(answers);
  }
}

BENCHMARK(parse_and_run)->Unit(benchmark::kMicrosecond);
BENCHMARK(parse)->Unit(benchmark::kMicrosecond);
BENCHMARK(run)->Unit(benchmark::kMicrosecond);

}  // namespace
