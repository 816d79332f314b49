// SPDX-License-Identifier: Apache-2.0
//
// What a path means: `m:/d/../A`, `m://A` and a symlink's way to it are all `m:/A`. And what an overlay's names are kept under when they
// are remembered: its upper directory, which is what stays of it through remounts and goes along when it is copied.
#pragma once

#include <string>
#include <string_view>

#include "ovlsim/apply.hpp"

namespace ovlsim::view {

/// The plain path that leads where `p` does: no `.`, no `..`, no slash too many, no symlink on the way (`follow_last`: nor at the end).
/// On an overlay as far as its cache knows the way, which is whole after a command that has walked it; from there on as it is written.
path meaning(const world& w, const path& p, bool follow_last = false);

/// An overlay and what its names are kept under: `up:/u` for an upper directory, `m:` without one. What lies below follows: `up:/u/A`.
struct place {
  const overlay::mounted* o = nullptr;
  std::string root{};

  std::string key(const path& plain) const { return root + (plain.rest == "/" ? "" : plain.rest); }
};
/// Of the mounted overlay of that name; no `o` and an empty root where there is none.
place place_of(const world& w, std::string_view overlay);
/// That in which a key lies; no `o` where no mounted overlay has it.
place place_around(const world& w, std::string_view key);

/// A directory of a backing filesystem as such names are kept: `up:/u`, and `up:` for its root.
std::string backing_path(const world& w, std::uint32_t fs, ino_t64 dir);

/// `name` is `dir` or lies below it.
bool is_at_or_below(std::string_view name, std::string_view dir);

}  // namespace ovlsim::view
