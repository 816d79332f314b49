// SPDX-License-Identifier: Apache-2.0
//
// One search, for properties that remember the same things.
#pragma once

#include <optional>

#include "explore/cones.hpp"
#include "explore/precedents.hpp"
#include "ovlsim/explore.hpp"

namespace ovlsim::explore_parts {

/// As explore(). Nothing when a command has changed what `c` says that it cannot have to do with, or a precedent that was doubted is wrong.
std::optional<exploration> search_with(const cones& c, const scope& s, const kernel& k, std::span<const property> asked,
                                       const explore_limits& limits, use_of_precedents p = {});

/// The same, which never fails: should the cones be wrong, one that holds everything is right, and slow.
exploration search_for(const cones& c, const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits);

}  // namespace ovlsim::explore_parts
