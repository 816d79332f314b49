// SPDX-License-Identifier: Apache-2.0
//
// A tree read through system calls, as mksquashfs, mkfs.erofs and mke2fs -d read it: from any filesystem or overlay.
#pragma once

#include <string>
#include <vector>

#include "backing/image_order.hpp"
#include "vfs/node.hpp"

namespace ovlsim::vfs {

struct source_attributes {
  std::uint16_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t nlink = 0;  ///< st_nlink, names outside the tree included
  std::string data;         ///< content of a file, target of a symlink
  std::uint64_t blocks = 0; ///< bytes that st_blocks says are allocated
};

/// shape[i] and attributes[i] belong together; [0] is where the tree begins. Names with the same st_dev and st_ino are one node.
struct source_tree {
  backing::image_tree shape;
  std::vector<source_attributes> attributes;
  bool complete = true;  ///< every listing came to its end, and every name in it could be looked up
};

/// Reads all that lies at and below `start`, directories in the order in which they list. What cannot be
/// looked up or listed is left out, as mksquashfs leaves it out; the other two give up.
source_tree read_tree(context& c, const node& start);

}  // namespace ovlsim::vfs
