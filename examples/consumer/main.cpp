// SPDX-License-Identifier: Apache-2.0
//
// What a program of somebody else's needs to run a story on the model: reads a scenario from standard input, prints the answer of
// each command, and ends with 0 when all that the scenario expects came true, 1 when not, 2 when it is no scenario.
//
//     build/consumer <../00-collision.ovl
#include <iostream>
#include <iterator>
#include <string>

#include <ovlsim/render.hpp>
#include <ovlsim/run.hpp>
#include <ovlsim/scenario.hpp>

int main() {
  const std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  const ovlsim::parsed_scenario story = ovlsim::parse_scenario(text, "standard input");
  for (const ovlsim::scenario_error& error : story.errors) std::cerr << ovlsim::to_string(error) << '\n';
  if (!story) return 2;

  const std::vector<ovlsim::answered> answers = ovlsim::run_on_model(story.value, ovlsim::linux_6_18);
  for (const ovlsim::answered& answer : answers)
    std::cout << answer.line << ' ' << answer.verb << ": " << ovlsim::to_text(answer.result) << '\n';

  const std::vector<ovlsim::failed_expectation> failed = ovlsim::check_expectations(story.value, answers);
  for (const ovlsim::failed_expectation& failure : failed)
    std::cerr << failure.line << ": expected " << failure.expected << ", got " << failure.got << '\n';
  return failed.empty() ? 0 : 1;
}
