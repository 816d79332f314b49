// SPDX-License-Identifier: Apache-2.0
//
// Ways to say less: of one command, and of a whole scenario at once.
#pragma once

#include <string>
#include <vector>

#include "ovlsim/command.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::shrinking {

/// The command with one thing about it simpler, the boldest first. Repeated use ends: nothing gets simpler for ever.
std::vector<command> simpler(const command& c);

/// The scenario without all that has to do with one filesystem, overlay or handle; a mount keeps its other layers.
std::vector<scenario> without_a_name(const scenario& s);

/// The scenario with one directory less in all paths that go through it, or one long name shorter everywhere.
std::vector<scenario> with_shorter_paths(const scenario& s);

}  // namespace ovlsim::shrinking
