// SPDX-License-Identifier: Apache-2.0
//
// An arrow's route as what SVG draws. The page draws routes in the same way (lib/page/page.js).
#pragma once

#include <string>
#include <vector>

namespace ovlsim::drawing {

/// A route is the x and the y at which the arrow begins, and then by turns an x to go to and a y, with an x at the end. One that goes in one
/// direction only leads nowhere.
inline bool leads_nowhere(const std::vector<int>& route) noexcept { return route.size() == 3; }

/// The `d` of a path each: a dot, the line with round corners, and the head, or the cross of an arrow that leads nowhere.
struct arrow_paths {
  std::string begin;
  std::string line;
  std::string end;
};
arrow_paths paths_along(const std::vector<int>& route);

}  // namespace ovlsim::drawing
