// SPDX-License-Identifier: Apache-2.0
//
// The canonical form of a world: what nobody can tell from another world has the same form, and is the same value. A search that
// keeps states in this form finds the end of what can happen: numbers that only ever grow (of devices, of inodes on filesystems that
// never give a number again, of generations, temporary names, directory cookies) are given anew, small ones, and slots that are free
// or empty go. Worlds are equal in this form only if every story goes on alike in both, but for such numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ovlsim/command.hpp"
#include "ovlsim/world.hpp"

namespace ovlsim {

/// Brings `w` into its canonical form; no layer may lie on an overlay (those are places in another overlay's tables, which move).
/// `remembered` are inode numbers that somebody keeps outside of it, as `stat` answered them; they are
/// renamed along with its own. `from` is the canonical world of which `w` is a successor, if it is one: what the two share need not be
/// looked at again. Names are interned in w.names (the hexadecimal names of an index change with the numbers in them), none goes.
void canonicalise(world& w, std::span<std::uint64_t> remembered = {}, const world* from = nullptr);

/// Which of these inode numbers, as `stat` answered them, something in `w` has, or something that comes later may be given. No story that
/// goes on from `w` answers one of the others.
std::vector<bool> may_be_answered(const world& w, std::span<const std::uint64_t> numbers);

/// Whether the canonical form of all else in a world depends on nothing in `fs`, which is in canonical form, but on how many inodes it
/// has: its numbers are those of its inodes, all of a range, and close up when one goes; it names no other number or generation that is
/// renamed, has no name that is, and one UUID at the most.
bool keeps_to_itself(const backing::filesystem& fs, const name_table& names);

/// Why a story with `c` in it cannot be told on canonical worlds, in words that end with the cure: it names a temporary file, an
/// index entry, a UUID or the bytes of a file handle that the canonical form renames. Empty when it can.
std::string names_what_is_renamed(const command& c);

}  // namespace ovlsim
