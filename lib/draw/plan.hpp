// SPDX-License-Identifier: Apache-2.0
//
// What gets a panel, and in which column: the same for all pictures of a story, so that what stays the same stays where it is.
#pragma once

#include <string>
#include <vector>

#include "ovlsim/draw.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::drawing {

struct planned_panel {
  scene_panel::kind what = scene_panel::kind::other;
  std::string fs;    ///< of an overlay its name
  std::string rest;  ///< `/u`; `/` of an overlay, and of a filesystem for what of it is no layer
  std::uint32_t column = 0;
};

/// The overlays that the story mounts, its layers (by the first mount that has them), then the other filesystems.
std::vector<planned_panel> plan(const scenario& s);

/// `/a/b` of `//a/./b/`.
std::string tidy(const std::string& rest);

}  // namespace ovlsim::drawing
