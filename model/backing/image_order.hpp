// SPDX-License-Identifier: Apache-2.0
//
// The inode numbers of images that are written in one walk of a tree: those of mksquashfs 4.5.1 and of `mke2fs -d`
// (e2fsprogs 1.47.0). Both count upwards, so a number says only how many names the walk had met before. That is why
// one file more, early in the alphabet, gives every later file another number: the replaced image of the stories.
// Pure functions of the tree that the tool reads; checked against the tools by proptests/live_image_numbers_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ovlsim/outcome.hpp"

namespace ovlsim::backing {

/// One file, directory or other object of the tree that an image tool reads. Hard links are several names of one node.
/// Only what some tool's numbering depends on is here: owner, mode, times and contents move no number.
struct image_node {
  file_type type = file_type::file;
  std::uint64_t size = 0;  ///< bytes of a file, length of a symlink's target; 0 for anything else
  std::vector<std::pair<std::string, std::string>> xattrs{};      ///< full name ("trusted.overlay.origin"), value
  std::vector<std::pair<std::string, std::uint32_t>> children{};  ///< of a directory: name, index of the node; see sort_names()
};

/// [0] is the root. A directory has exactly one name, the root none.
using image_tree = std::vector<image_node>;

/// `mksquashfs DIR IMG`: the number of each node, 1 to the count of nodes, the root's being the last.
/// 0 for a node that no name leads to.
std::vector<std::uint64_t> squashfs_numbers(const image_tree& tree);

/// `mke2fs -t ext4 -d DIR IMG`: the number of each node; the root has 2, the others count from 12. A directory
/// "lost+found" in the root is the one that mke2fs has made, 11. 0 for a node that no name leads to.
/// The tool does not see that two names of a symlink are one: see `symlinks_apart`.
std::vector<std::uint64_t> mke2fs_numbers(const image_tree& tree);

/// Makes of `tree` what `mke2fs -d` understands: every further name of a symlink is a node of its own, which is appended. Of which
/// node each of these is a copy, in order. On a tree that went through this, `mke2fs_numbers` speaks of every name.
std::vector<std::uint32_t> symlinks_apart(image_tree& tree);

/// Puts the children of `dir` into the order in which all tools go through them: bytes as unsigned numbers (strcmp), whatever the
/// locale. The functions here, and erofs_layout.hpp's, want every directory so.
void sort_names(image_node& dir);

}  // namespace ovlsim::backing
