// SPDX-License-Identifier: Apache-2.0
//
// st_ino and st_dev: how the overlay maps real inode numbers (fs/overlayfs/inode.c: ovl_getattr, ovl_map_dev_ino, ovl_map_ino).
#pragma once

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// What stat(2) of dentry `d` says.
answer::stat getattr(context& c, const mounted& o, std::uint32_t d);

/// ovl_map_ino(): the overlay inode's own number; directories that cannot be mapped take the next non-persistent one.
ino_t64 map_i_ino(mounted& o, ino_t64 ino, std::uint32_t fsid, bool is_dir);

/// A number with the fsid in the bits that xino takes; it must leave them free.
ino_t64 with_fsid(const mounted& o, ino_t64 ino, std::uint32_t fsid);

/// enum ovl_path_type of a dentry.
struct path_type {
  bool upper = false;
  bool merge = false;
  bool origin = false;
};
path_type type_of(const inode& i);

}  // namespace ovlsim::overlay
