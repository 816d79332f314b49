// SPDX-License-Identifier: Apache-2.0
//
// Paths cut before their last component, which is what a *at system call takes.
#pragma once

#include <string>

namespace ovlsim::live {

struct cut_path {
  std::string parent;  ///< ends with a slash
  std::string last;    ///< keeps its trailing slashes; `.` for the root
};

inline cut_path cut(const std::string& rest) {
  const std::size_t end = rest.find_last_not_of('/');
  if (end == std::string::npos) return {"/", "."};
  const std::size_t slash = rest.rfind('/', end);
  return {rest.substr(0, slash + 1), rest.substr(slash + 1)};
}

}  // namespace ovlsim::live
