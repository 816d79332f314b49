// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "explain/history.hpp"
#include "ovlsim/draw.hpp"

namespace ovlsim::drawing {

/// draw() of a run that is recorded already.
std::vector<scene> scenes_of(const scenario& s, const kernel& k, const explaining::recording& run, const explaining::history& past);

}  // namespace ovlsim::drawing
