// SPDX-License-Identifier: Apache-2.0
//
// Attributes: stat, chmod, chown, utimensat, truncate, readlink, and the listing of a directory.
#include "backing/traits.hpp"
#include "overlay/copy_up.hpp"
#include "overlay/readdir.hpp"
#include "overlay/stat.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

constexpr std::uint16_t setuid = 04000;
constexpr std::uint16_t setgid = 02000;
constexpr std::uint16_t group_execute = 00010;
constexpr std::uint32_t unchanged = 0xffffffffU;  // chown's -1

/// mnt_want_write(), and on an overlay the copy-up that ovl_setattr() does first. The inode to change.
result<backing::inode*> start_changing(context& c, const node& n, overlay::copy_up_for why) {
  if (const errc e = want_write(c, n); e != errc::ok) return e;
  if (n.on_overlay) {
    const errc e = overlay::copy_up(c, c.w.overlays[n.where].change(), n.dentry, why);
    if (e != errc::ok) return e;
  }
  const real_inode r = real_of(c, n);
  return backing::find(c.w.filesystems[r.fs].change(), r.ino);
}

}  // namespace

answer::stat stat(context& c, const node& n) {
  if (n.on_overlay) return overlay::getattr(c, *c.w.overlays[n.where], n.dentry);
  const backing::filesystem& fs = *c.w.filesystems[n.where];
  const backing::inode& i = *backing::find(fs, n.ino);
  const bool one_link = i.type == file_type::dir && i.nlink != 0 && !backing::traits_of(fs).counts_subdirs;
  backing::note_content(fs, i);
  return {i.type, i.mode, one_link ? 1 : i.nlink, i.size, i.ino, fs.dev};
}

errc chmod(context& c, const node& n, std::uint16_t mode) {
  const result<backing::inode*> i = start_changing(c, n, overlay::copy_up_for::metadata);
  if (!i) return i.error;
  i.value->mode = mode & 07777;
  copy_attributes(c, n);
  return errc::ok;
}

errc chown(context& c, const node& n, std::uint32_t uid, std::uint32_t gid) {
  const result<backing::inode*> i = start_changing(c, n, overlay::copy_up_for::metadata);
  if (!i) return i.error;
  if (uid != unchanged) i.value->uid = uid;
  if (gid != unchanged) i.value->gid = gid;
  if (i.value->type != file_type::dir) {
    // chown_common() says ATTR_KILL_SUID, and asks the inode that it sees, which may be an overlay's with an outdated mode, whether
    // to say ATTR_KILL_SGID, too (setattr_should_drop_sgid). The bits go where the real inode has them.
    const unsigned seen = n.on_overlay ? overlay::inode_of(*c.w.overlays[n.where], n.dentry).mode : i.value->mode;
    unsigned mode = i.value->mode & ~static_cast<unsigned>(setuid);
    if ((seen & setgid) != 0 && (seen & group_execute) != 0) mode &= ~static_cast<unsigned>(setgid);
    i.value->mode = static_cast<std::uint16_t>(mode);
  }
  copy_attributes(c, n);
  return errc::ok;
}

errc touch(context& c, const node& n) {
  const errc e = start_changing(c, n, overlay::copy_up_for::metadata).error;
  if (e == errc::ok) copy_attributes(c, n);
  return e;
}

errc truncate(context& c, const node& n, std::uint64_t size) {
  switch (type_of(c, n)) {
    case file_type::dir: return errc::eisdir;
    case file_type::file: break;
    default: return errc::einval;
  }
  const result<backing::inode*> i = start_changing(c, n, overlay::copy_up_for::data);
  if (!i) return i.error;
  backing::set_size(c.w.filesystems[real_of(c, n).fs].change(), *i.value, size);
  copy_attributes(c, n);
  return errc::ok;
}

result<std::string> readlink(const context& c, const node& n) {
  if (type_of(c, n) != file_type::symlink) return errc::einval;
  const real_inode r = real_of(c, n);
  const backing::filesystem& fs = *c.w.filesystems[r.fs];
  return std::string(backing::target(fs, *backing::find(fs, r.ino)));
}

result<std::vector<answer::entry>> list(context& c, const node& n, errc* end) {
  if (n.on_overlay) return overlay::list(c, c.w.overlays[n.where].change(), n.dentry, end);
  const backing::filesystem& fs = *c.w.filesystems[n.where];
  const backing::listing listed = backing::list(c.w, fs, n.ino);
  std::vector<answer::entry> out;
  out.reserve(listed.size());
  for (const backing::listed& e : listed) {
    if (e.is_dot) continue;
    const entry_type type = entry_type_of(backing::find(fs, e.ino)->type);
    out.push_back({std::string(c.w.names.text(e.name)), type, e.ino});
  }
  return out;
}

}  // namespace ovlsim::vfs
