// SPDX-License-Identifier: Apache-2.0
//
// What a shell cannot do.
#pragma once

#include <vector>

#include "ovlsim/scenario.hpp"

namespace ovlsim::exporting {

/// One error for each line of `s` that no script can be made of, with cause and cure.
std::vector<scenario_error> limits(const scenario& s);

}  // namespace ovlsim::exporting
