// SPDX-License-Identifier: Apache-2.0
//
// The stories that the measurements are about.
#pragma once

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>

#include "ovlsim/scenario.hpp"

namespace bench {

/// The report's story; without a line if the file is not there.
inline ovlsim::scenario collision() {
  std::ifstream file(OVLSIM_SOURCE_DIR "/examples/00-collision.ovl");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return ovlsim::parse_scenario(text, "00-collision.ovl").value;
}

/// Cuts `s` after so many commands; false when it has fewer.
inline bool cut_to(ovlsim::scenario& s, std::size_t commands) {
  const auto past = std::find_if(s.lines.begin(), s.lines.end(), [&commands](const ovlsim::scenario_line& line) {
    return line.has_command && commands-- == 0;
  });
  if (past == s.lines.end()) return commands == 0;
  s.lines.erase(past, s.lines.end());
  return true;
}

}  // namespace bench
