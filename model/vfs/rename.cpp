// SPDX-License-Identifier: Apache-2.0
//
// renameat2 with no flag or with RENAME_EXCHANGE (do_renameat2, vfs_rename).
#include <algorithm>

#include "backing/orphans.hpp"
#include "overlay/dir.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

/// lock_rename()'s trap: `n` is `w`'s directory or one above it.
bool holds(const context& c, const node& n, const parent_walk& w) {
  return std::any_of(w.dirs.begin(), w.dirs.end(), [&](const node& dir) { return same_inode(c, dir, n); });
}

/// The checks of do_renameat2() on the two names, in its order.
errc check_names(const context& c, const parent_walk& from, const node& old, const parent_walk& to, const node& target,
                 bool exchanged) {
  const bool target_exists = is_positive(c, target);
  if (exchanged) {
    if (!target_exists) return errc::enoent;
    if (!is_dir(c, target) && to.slash) return errc::enotdir;
  }
  if (!is_dir(c, old)) {
    if (from.slash) return errc::enotdir;
    if (!exchanged && to.slash) return errc::enotdir;
  }
  if (is_dir(c, old) && holds(c, old, to)) return errc::einval;
  if (target_exists && is_dir(c, target) && holds(c, target, from)) return exchanged ? errc::einval : errc::enotempty;
  return errc::ok;
}

/// may_delete() of the target.
errc check_types(const context& c, const node& old, const node& target) {
  if (is_dir(c, old) && !is_dir(c, target)) return errc::enotdir;
  if (!is_dir(c, old) && is_dir(c, target)) return errc::eisdir;
  return errc::ok;
}

errc rename_in_backing(context& c, const parent_walk& from, const node& old, const parent_walk& to, const node& target,
                       bool exchanged) {
  backing::filesystem& fs = c.w.filesystems[old.where].change();
  const name_id from_name = *c.w.names.find(from.last);
  const ino_t64 from_dir = from.dir().ino;
  const ino_t64 to_dir = to.dir().ino;
  if (exchanged) {
    const name_id to_name = *c.w.names.find(to.last);
    backing::exchange_entries(fs, from_dir, from_name, to_dir, to_name);
    return errc::ok;
  }
  if (target.ino != 0 && is_dir(c, target) && !backing::is_empty_dir(fs, target.ino)) {
    return backing::traits_of(fs).rename_over_full;
  }
  const backing::dirent gone = backing::move_entry(fs, from_dir, from_name, to_dir, c.w.names.intern(to.last));
  backing::release(c.w, old.where, gone);
  return errc::ok;
}

}  // namespace

errc rename(context& c, const path& from_path, const path& to_path, bool exchanged) {
  const parent_walk from = walk_to_parent(c, from_path);
  if (from.error != errc::ok) return from.error;
  const parent_walk to = walk_to_parent(c, to_path);
  if (to.error != errc::ok) return to.error;
  if (!from.dir().same_mount(to.dir())) return errc::exdev;
  if (from.kind != last_kind::normal || to.kind != last_kind::normal) return errc::ebusy;
  if (const errc e = want_write(c, from.dir()); e != errc::ok) return e;

  const result<node> old = lookup(c, from.dir(), from.last);
  if (!old) return old.error;
  if (!is_positive(c, old.value)) return errc::enoent;
  const result<node> target = lookup(c, to.dir(), to.last);
  if (!target) return target.error;
  const errc names = check_names(c, from, old.value, to, target.value, exchanged);
  if (names != errc::ok) return names;

  const bool target_exists = is_positive(c, target.value);
  if (target_exists && same_inode(c, old.value, target.value)) return errc::ok;  // vfs_rename(): nothing to do
  if (target_exists && !exchanged) {
    if (const errc e = check_types(c, old.value, target.value); e != errc::ok) return e;
  }
  if (old.value.on_overlay) {
    return overlay::rename(c, c.w.overlays[old.value.where].change(), old.value.dentry, target.value.dentry, exchanged);
  }
  return rename_in_backing(c, from, old.value, to, target.value, exchanged);
}

}  // namespace ovlsim::vfs
