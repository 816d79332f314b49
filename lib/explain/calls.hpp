// SPDX-License-Identifier: Apache-2.0
//
// What a command of the language asks, and of which kernel function.
#pragma once

#include <string>
#include <vector>

#include "ovlsim/command.hpp"
#include "ovlsim/world.hpp"

namespace ovlsim::explaining {

/// The paths that a command names, in order.
std::vector<path> paths_of(const command& c);

/// Is it a command on an overlay that is mounted in `w`?
bool asks_overlay(const world& w, const command& c);

/// `rename(2): ovl_rename()`; of a backing filesystem only the system call.
std::string call_words(const command& c, bool on_overlay);

}  // namespace ovlsim::explaining
