// SPDX-License-Identifier: Apache-2.0
//
// The parts of the script that do not depend on the story: shell functions, each file of them about one thing. A script has those that
// its story needs.
#pragma once

#include <string_view>
#include <vector>

namespace ovlsim::exporting {

struct tool {
  std::string_view name;
  std::string_view package;  ///< Debian's
};

/// Shell functions, and the programs that must be there for them.
struct piece {
  std::string_view text;
  std::vector<tool> tools;
};

// In the order in which a script has them.
const piece& begin();       ///< root, namespace, place, cleaning up
const piece& report();      ///< lines and their expectations, PASS and FAIL
const piece& attempts();    ///< a tool's message back into an errno
const piece& log();         ///< the lines that a command adds to the kernel log
const piece& backing();     ///< filesystems on image files
const piece& numbering();   ///< a range of inode numbers for each writable one
const piece& ext4();
const piece& xfs();
const piece& btrfs();
const piece& tmpfs();
const piece& squashfs();
const piece& erofs();
const piece& populated();   ///< `mke2fs -d`
const piece& clones();
const piece& copies();      ///< `cp -a`
const piece& overlay();     ///< mount, umount, drop-caches
const piece& module_parameters();  ///< `module`
const piece& files();       ///< the file verbs that have no piece of their own
const piece& renames();
const piece& exchanges();
const piece& xattrs();
const piece& handles();     ///< open files

}  // namespace ovlsim::exporting
