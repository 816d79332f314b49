// SPDX-License-Identifier: Apache-2.0
//
// What properties ask of a command: which names it is about, and what it does to them. Each verb of the scenario language has its place
// in each answer.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ovlsim/apply.hpp"

namespace ovlsim::view {

/// All paths that a command walks, but for the layers of a mount.
std::vector<const path*> paths_in(const command& c);
/// The one of them that it is about (the new name of a rename, what a copy makes), or null.
const path* subject(const command& c);
/// Whether a symlink at the end of its path is followed, as truncate(2) and chmod(2) do.
bool follows_last(const command& c);

/// It only asks: every file is after it what it was, though a cache may not be.
bool only_asks(const command& c);
/// It writes to the file of its subject or to its attributes, or makes ready to (which copies up), and leaves all names what they are.
bool changes_file(const command& c);
/// What asks again with nothing else in the cache; empty for a command that changes something or leaves a handle.
std::vector<command> asked_alone(const command& c);

/// The handle of an open file that a command is about; empty for none.
std::string_view open_handle(const command& c);
/// The open file of that name; null where there is none.
const open_file* opened(const world& w, std::string_view handle);
/// The name that an open file of an overlay goes by; nothing when it has none any more, or is no overlay's.
std::optional<path> name_of(const world& w, const open_file& f);

}  // namespace ovlsim::view
