// SPDX-License-Identifier: Apache-2.0
//
// The overlay's inode cache: what an overlay inode is keyed by, when two lookups share one, and when the cached one is refused
// with ESTALE (fs/overlayfs/inode.c: ovl_get_inode, ovl_hash_bylower, ovl_verify_inode, the trap inodes).
#pragma once

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// struct ovl_inode_params: what a lookup found.
struct inode_params {
  ino_t64 upper = 0;
  backing::dentry_id upper_dentry = 0;
  boost::container::small_vector<lower_path, 4> lower;  ///< top first; for a followed origin just that
  bool followed = false;                                ///< `lower` is the followed origin
  bool indexed = false;                                 ///< an index entry was found
  bool has_redirect = false;
  name_id redirect{};
  name_id lowerdata_redirect{};                         ///< where the data is that the last of `lower` keeps a place for
  std::uint32_t parent = none;                          ///< where it was looked up, for the log: dentry of the directory
  std::string_view name;                                ///< ... and the name
};

/// ovl_get_inode(): the slot of the overlay inode for what was found, from the cache or new. ESTALE (and a log line) when the
/// cached one is another.
result<std::uint32_t> get_inode(context& c, mounted& o, const inode_params& p);

/// ovl_lookup_inode(): the slot of the overlay inode that is hashed by a real one, when that is its upper, or its lower; `none` where
/// there is none, ESTALE where what is hashed by it is something else.
result<std::uint32_t> lookup_inode(context& c, const mounted& o, const real& r, bool is_upper);

/// ovl_get_trap_inode(): makes a layer root impossible to look up as anything else. False when it is a trap already.
bool set_trap(context& c, mounted& o, const real& dir);
/// Of a directory of the upper filesystem.
void clear_trap(mounted& o, const real& dir);
/// ovl_lookup_trap_inode().
bool is_trap(const world& w, const mounted& o, const real& dir);

/// The tail of ovl_inode_update(): an inode that was not hashed (a lower hard link) is hashed by its new upper, under a candidate policy one
/// that was hashed by its lower, too.
void hash_copied_up(context& c, mounted& o, std::uint32_t slot);

}  // namespace ovlsim::overlay
