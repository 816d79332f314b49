// SPDX-License-Identifier: Apache-2.0
//
// libFuzzer target: any bytes are parsed; what parses is printed, parsed again (the same commands and expectations
// must come out, and the same text), run on the model, and its answers go through JSON and back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ovlsim/kernel.hpp"
#include "ovlsim/render.hpp"
#include "ovlsim/run.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<ovlsim::scenario_line> with_commands(const ovlsim::scenario& s) {
  std::vector<ovlsim::scenario_line> lines;
  for (const ovlsim::scenario_line& line : s.lines) {
    if (line.has_command) lines.push_back(line);
  }
  return lines;
}

void require_same_story(const ovlsim::scenario& a, const ovlsim::scenario& b) {
  const auto left = with_commands(a);
  const auto right = with_commands(b);
  require(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    require(left[i].what == right[i].what && left[i].expected == right[i].expected &&
            left[i].comment == right[i].comment);
  }
}

/// Files of megabytes in each line make a fuzzer slow and find nothing.
bool is_small(const ovlsim::scenario& s) {
  std::uint64_t bytes = 0;
  for (const ovlsim::scenario_line& line : s.lines) {
    if (const auto* t = std::get_if<ovlsim::cmd::truncate>(&line.what)) bytes += t->size;
  }
  return bytes < 1000000;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const ovlsim::parsed_scenario s = ovlsim::parse_scenario({reinterpret_cast<const char*>(bytes), size}, "fuzz.ovl");
  for (const ovlsim::scenario_error& error : s.errors) require(!to_string(error).empty());
  if (!s) return 0;

  const std::string printed = print(s.value);
  const ovlsim::parsed_scenario again = ovlsim::parse_scenario(printed, "fuzz.ovl");
  require(static_cast<bool>(again));
  require_same_story(s.value, again.value);
  require(print(again.value) == printed);

  if (!is_small(s.value)) return 0;
  const auto answers = run_on_model(s.value, ovlsim::linux_6_18);
  check_expectations(s.value, answers);
  for (const ovlsim::answered& a : answers) {
    std::string error;
    const ovlsim::answered back = ovlsim::answered_from_json(to_json(a, ovlsim::json_bytes::exact), error);
    require(error.empty() && back == a);
  }
  return 0;
}
