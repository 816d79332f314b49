// SPDX-License-Identifier: Apache-2.0
//
// A sequence of moves as a scenario that `ovlsim run` and `ovlsim kernel` confirm.
#pragma once

#include "ovlsim/explore.hpp"

namespace ovlsim::explore_parts {

/// The story of these moves, at whose end `p` is broken.
counterexample told(const scope& s, const kernel& k, const property& p, std::vector<std::uint32_t> moves);

}  // namespace ovlsim::explore_parts
