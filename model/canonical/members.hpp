// SPDX-License-Identifier: Apache-2.0
//
// Every member of the parts of a world, once: which of them hold inode numbers. The structured bindings name all members, so a new one
// does not compile until somebody has said here what it is.
#pragma once

#include "ovlsim/world.hpp"

namespace ovlsim::canonical {

/// Nothing to do at run time: fails to compile when backing::filesystem has got a member that the canonical form does not know.
inline void know_all_members(const backing::filesystem& fs) {
  [[maybe_unused]] const auto& [name, type, exports, user_xattrs, oldest_first, ino64_handles, id, disk_id, dev, next_cookie, next_dentry,
                                root, first_ino, next_ino, inodes, entries, xattrs, slots, free_slots, free_inos, orphans, unhashed] = fs;
}
inline void know_all_members(const world& w) {
  [[maybe_unused]] const auto& [names, filesystems, overlays, files, handles, pipes, next_dev, next_generation, next_uuid, next_slot,
                                next_temp, module] = w;
}
inline void know_all_members(const backing::inode& i) {
  [[maybe_unused]] const auto& [ino, size, generation, nlink, uid, gid, content, mode, type, sparse] = i;
}
inline void know_all_members(const backing::dirent& e) { [[maybe_unused]] const auto& [dir, ino, name, cookie, dentry] = e; }
inline void know_all_members(const overlay::dentry& d) {
  [[maybe_unused]] const auto& [parent, name, inode, children, opens, in_use, hashed, upper_alias, opaque, connected] = d;
}
inline void know_all_members(const overlay::sb& s) { [[maybe_unused]] const auto& [fs, pseudo_dev, bad_uuid, is_lower] = s; }
inline void know_all_members(const open_file& f) {
  [[maybe_unused]] const auto& [handle, on_overlay, mode, where, dentry, real_dentry, ino, real_fs] = f;
}

/// Calls `f` with each inode number of the backing filesystems in `i` (an overlay inode), by reference.
template <class Inode, class F>
void each_number(Inode& i, const F& f) {
  [[maybe_unused]] auto& [i_ino, upper, lower, hashed_by, nlink, version, dentries, upper_dentry, redirect, lowerdata_redirect, mode, type, in_use,
         const_ino, indexed, impure, whiteouts, upperdata, has_redirect] = i;
  f(i_ino);
  f(upper);
  for (auto& l : lower) {
    [[maybe_unused]] auto& [layer, ino] = l;
    f(ino);
  }
  [[maybe_unused]] auto& [fs, ino] = hashed_by;
  f(ino);
}

/// Calls `f` with each inode number that the mount itself holds, but for those in its inodes and in its sorted tables.
template <class Mounted, class F>
void each_own_number(Mounted& o, const F& f) {
  [[maybe_unused]] auto& [name, id, stack_depth, detached, s_uuid, cfg, ro, nofh, noxattr, bad_origin, instance, upperdir_locked, workdir_locked, xino_mode, dev, namelen, data_layers, work_fs, workbasedir, workdir,
         no_shared_whiteout, whiteout, whiteout_name, last_ino, sbs, layers, inodes, free_inodes, dentries, free_dentries, inode_hash,
         hashed, impure_cache] = o;
  f(workbasedir);
  f(workdir);
  f(whiteout);
  for (auto& l : layers) {
    [[maybe_unused]] auto& [fs, fsid, root, its_dev] = l;
    f(root);
  }
}

}  // namespace ovlsim::canonical
