// SPDX-License-Identifier: Apache-2.0
//
// The product in one function: what a command does to a world under a kernel. Everything else in this project drives it.
#pragma once

#include "ovlsim/command.hpp"
#include "ovlsim/kernel.hpp"
#include "ovlsim/observer.hpp"
#include "ovlsim/outcome.hpp"
#include "ovlsim/world.hpp"

namespace ovlsim {

/// Carries out `c` on `w` as `k` would, and says what the caller of the system call sees.
///
/// Total and deterministic: the same world, command and kernel give the same outcome and the same next world; nonsense gets
/// the errno that Linux gives, in the order in which Linux checks. A command that fails leaves `w` as Linux would leave the
/// system (a copied-up parent stays copied up). `seen`, when given, is told of each decision as it is taken; it cannot
/// influence it. Never throws but for std::bad_alloc.
outcome apply(world& w, const command& c, const kernel& k, observer* seen = nullptr);

/// Why `c` is not something that this model answers yet (a file of terabytes, an mkfs of what other verbs make),
/// in words that end with the cure; empty when it can be applied. The scenario runner turns it into a scenario error.
std::string unsupported(const command& c);

}  // namespace ovlsim
