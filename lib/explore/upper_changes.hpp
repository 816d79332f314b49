// SPDX-License-Identifier: Apache-2.0
//
// An upper filesystem piece by piece, and what a command has done to it, as bytes: equal where they mean the same, and only there.
#pragma once

#include <optional>

#include "ovlsim/world.hpp"

namespace ovlsim::explore_parts {

/// What a filesystem in canonical form holds there. Of piece::kind::all: what is no piece.
byte_string value_in(const backing::filesystem& fs, const piece& p);

/// What has changed, by values: nothing of what stays, and no number of a slot, a dentry or a generation. Empty when nothing has;
/// nothing when that cannot be told so: other things than files have changed, or a name has come between others in the order of creation.
/// `after` is not canonical yet.
std::optional<byte_string> change_between(const backing::filesystem& before, const backing::filesystem& after);

/// `before`, which is in canonical form, after that change; not canonical itself.
backing::filesystem changed(const backing::filesystem& before, const byte_string& change);

}  // namespace ovlsim::explore_parts
