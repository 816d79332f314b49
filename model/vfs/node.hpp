// SPDX-License-Identifier: Apache-2.0
//
// A place in the name space as the VFS sees it: an inode of a backing filesystem, or a dentry of an overlay. The system calls in
// this folder work on nodes and ask the filesystem below only for what its inode operations do.
#pragma once

#include <string_view>

#include "context.hpp"

namespace ovlsim::vfs {

struct node {
  bool on_overlay = false;
  std::uint32_t where = 0;   ///< index into world::filesystems or world::overlays
  std::uint32_t dentry = 0;  ///< slot of an overlay's
  backing::dentry_id real_dentry = 0;  ///< on a backing filesystem dirent::dentry, where it was found by name
  ino_t64 ino = 0;           ///< on a backing filesystem; 0: negative

  bool same_mount(const node& other) const { return on_overlay == other.on_overlay && where == other.where; }
};

/// What an open file is open on.
inline node node_of(const open_file& f) {
  return {.on_overlay = f.on_overlay, .where = f.where, .dentry = f.dentry, .real_dentry = f.real_dentry, .ino = f.on_overlay ? 0 : f.ino};
}

/// The root of the filesystem or overlay of that name; ENOENT where nothing of that name is there or mounted.
result<node> root_of(const context& c, std::string_view name);

/// Looks `name` up in directory `dir`. A negative node where there is nothing; an errno when the lookup itself fails.
result<node> lookup(context& c, const node& dir, std::string_view name);

bool is_positive(const context& c, const node& n);
file_type type_of(const context& c, const node& n);  ///< of a positive node
inline bool is_dir(const context& c, const node& n) { return type_of(c, n) == file_type::dir; }

/// Both positive and the same inode of the VFS (two names of a lower hard link are two overlay inodes).
bool same_inode(const context& c, const node& a, const node& b);

/// The real inode that carries mode, owner and content now: the node's own, or an overlay inode's upper, else its top lower, through
/// all overlays that lie on each other.
struct real_inode {
  std::uint32_t fs = 0;
  ino_t64 ino = 0;
};
real_inode real_of(const context& c, const node& n);
/// Of a regular file the inode that has the content: another one where the upper holds metadata only (ovl_path_realdata).
real_inode realdata_of(const context& c, const node& n);
const backing::inode& attributes(const context& c, const node& n);

/// ovl_copyattr() at the end of ovl_setattr(), ovl_xattr_set() and writes; nothing on a backing filesystem.
void copy_attributes(context& c, const node& n);

/// mnt_want_write(): EROFS on a filesystem or overlay that is mounted read-only.
errc want_write(const context& c, const node& n);

}  // namespace ovlsim::vfs
