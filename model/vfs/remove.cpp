// SPDX-License-Identifier: Apache-2.0
//
// unlink and rmdir (do_unlinkat, do_rmdir).
#include "backing/orphans.hpp"
#include "overlay/dir.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

/// The object that goes, after the checks that both calls make.
result<node> start_removing(context& c, const parent_walk& w) {
  if (const errc e = want_write(c, w.dir()); e != errc::ok) return e;
  const result<node> found = lookup(c, w.dir(), w.last);
  if (!found) return found.error;
  if (!is_positive(c, found.value)) return errc::enoent;
  return found.value;
}

errc remove(context& c, const parent_walk& w, const node& n) {
  if (n.on_overlay) return overlay::remove(c, c.w.overlays[n.where].change(), n.dentry);
  backing::filesystem& fs = c.w.filesystems[n.where].change();
  const backing::dirent gone = backing::remove_entry(fs, w.dir().ino, *c.w.names.find(w.last));
  backing::release(c.w, n.where, gone);
  return errc::ok;
}

}  // namespace

errc unlink(context& c, const path& p) {
  const parent_walk w = walk_to_parent(c, p);
  if (w.error != errc::ok) return w.error;
  if (w.kind != last_kind::normal) return errc::eisdir;
  const result<node> found = start_removing(c, w);
  if (!found) return found.error;
  if (is_dir(c, found.value)) return errc::eisdir;
  if (w.slash) return errc::enotdir;
  return remove(c, w, found.value);
}

errc rmdir(context& c, const path& p) {
  const parent_walk w = walk_to_parent(c, p);
  if (w.error != errc::ok) return w.error;
  switch (w.kind) {
    case last_kind::normal: break;
    case last_kind::root: return errc::ebusy;
    case last_kind::dot: return errc::einval;
    case last_kind::dotdot: return errc::enotempty;
  }
  const result<node> found = start_removing(c, w);
  if (!found) return found.error;
  if (!is_dir(c, found.value)) return errc::enotdir;
  if (!found.value.on_overlay && !backing::is_empty_dir(*c.w.filesystems[found.value.where], found.value.ino)) {
    return errc::enotempty;
  }
  return remove(c, w, found.value);
}

}  // namespace ovlsim::vfs
