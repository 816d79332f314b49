// SPDX-License-Identifier: Apache-2.0
//
// What a story that a search has found says of itself: under which rules and mount options it goes so, and the command that confirms it.
#pragma once

#include <string>
#include <vector>

#include "ovlsim/scenario.hpp"

namespace ovlsim::cli {

struct found_under {
  std::string kernel;
  std::string policy;                ///< empty for none
  std::string scope;
  std::vector<std::string> options;  ///< that its mounts were given beside their own
};

/// The story with that in comments, behind those that it begins with. `file`: what it will be called.
scenario with_its_command(scenario s, const found_under& where, const std::string& file);

}  // namespace ovlsim::cli
