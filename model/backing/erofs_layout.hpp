// SPDX-License-Identifier: Apache-2.0
//
// The inode numbers of an erofs image as mkfs.erofs 1.5 (Debian 12) lays it out without compression. There a number is
// no count but a place: the offset of the inode in units of 32 bytes, so sizes, names and xattrs of everything that was
// written before take part in it. A file that grows by a few bytes can move a file that nobody touched.
// Pure function of the tree that the tool reads; checked against it by proptests/live_image_numbers_test.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "backing/image_order.hpp"

namespace ovlsim::backing {

/// `mkfs.erofs IMG DIR`, also with `-U` (but no `-T`, `-E`, `-x`, `-z`): the number (nid, which is also st_ino) of each
/// node. 0 for a node that no name leads to, and for whatever is only under a name that begins with "lost+found": the
/// tool leaves those out of the image, in every directory. What the tool refuses is no input of this function: see
/// `erofs_refuses`.
std::vector<std::uint64_t> erofs_numbers(const image_tree& tree);

/// Whether mkfs.erofs 1.5 fails on the tree: it cuts names after 254 bytes and then does not find the file, and it
/// knows no xattr outside `user.`, `trusted.`, `security.` and the two POSIX ACLs.
bool erofs_refuses(const image_tree& tree);

}  // namespace ovlsim::backing
