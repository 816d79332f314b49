// SPDX-License-Identifier: Apache-2.0
//
// How a writable backing filesystem numbers its inodes, and which generation they get.
#pragma once

#include "ovlsim/world.hpp"

namespace ovlsim::backing {

/// The root's number, which the filesystem's format fixes.
ino_t64 root_number(fs_type type);

/// Gives the filesystem a range of numbers that no other writable filesystem of this world has, so that equal numbers mean
/// equal identity, as the scenario language asks of live runners too.
void start_range(world& w, filesystem& fs);

/// The number of the next new inode: ext4 and xfs give the lowest free one, tmpfs and btrfs never give one again.
ino_t64 take_number(filesystem& fs);

/// `ino` is free again.
void free_number(filesystem& fs, ino_t64 ino);

}  // namespace ovlsim::backing
