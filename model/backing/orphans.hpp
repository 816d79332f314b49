// SPDX-License-Identifier: Apache-2.0
//
// What lives on when its name is gone: the inode that an open file or an overlay inode holds, and the dentry by which they hold it.
// A dentry keeps its parent, so a removed directory stays (and its number is not free) as long as a file is open that had its name
// in it (dput() drops the reference to d_parent; iput() frees the inode).
#pragma once

#include "backing/tree.hpp"

namespace ovlsim::backing {

/// After a name was removed or replaced: frees its inode when it has no other and nothing holds it. `gone.ino` 0 is nothing at all.
void release(world& w, std::uint32_t fs, const dirent& gone);

/// The same for an inode that has no name by now, or never had one.
void release(world& w, std::uint32_t fs, ino_t64 ino);

/// Forgets the dentries and frees the inodes that nothing holds any more: the end of every command.
void release_orphans(world& w);

}  // namespace ovlsim::backing
