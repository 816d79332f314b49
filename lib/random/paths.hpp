// SPDX-License-Identifier: Apache-2.0
//
// Which path a command works on: one that is there, one that is free, or one that makes no sense.
#pragma once

#include "random/author.hpp"

namespace ovlsim::random {

/// Sets of kinds.
enum : unsigned {
  files = 1U << 0U,
  dirs = 1U << 1U,
  symlinks = 1U << 2U,
  fifos = 1U << 3U,
  whiteouts = 1U << 4U,
  anything = 31U,
};

/// A path of one of these kinds below `p` (not its root); nothing when there is none.
std::optional<path> existing(author& a, const place& p, unsigned kinds);

/// A path that nothing has, in a directory that is there.
path fresh(author& a, const place& p);

/// A name in a directory that is there; whether something has it is left to luck.
path any(author& a, const place& p);

/// A path that needs thought: slashes, dots, a file as a directory, a missing directory, a symlink on the way, a name that
/// is too long, the root.
path odd(author& a, const place& p);

/// `existing()`, now and then any() or odd().
path likely(author& a, const place& p, unsigned kinds);

/// `fresh()`, now and then any() or odd().
path likely_fresh(author& a, const place& p);

/// A path between the two: what a rename or a link goes to.
path destination(author& a, const place& p);

}  // namespace ovlsim::random
