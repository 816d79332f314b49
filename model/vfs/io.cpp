// SPDX-License-Identifier: Apache-2.0
//
// open, read and write (do_open, may_open, ovl_open). Files are opened with O_NOFOLLOW and O_NONBLOCK.
#include "overlay/copy_up.hpp"
#include "overlay/lowerdata.hpp"
#include "overlay/real.hpp"
#include "vfs/fifo.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

bool writes(open_for how) { return how != open_for::read && how != open_for::list; }

/// may_open() and, for what is no regular file, the open operation itself.
errc check_type(const context& c, const node& n, open_for how) {
  switch (type_of(c, n)) {
    case file_type::symlink: return errc::eloop;
    case file_type::dir: return writes(how) ? errc::eisdir : errc::ok;
    case file_type::chr:
    case file_type::block:
    case file_type::socket: return errc::enxio;  // device 0/0 has no driver
    case file_type::fifo:
      return how == open_for::write || how == open_for::write_truncated ? check_fifo_writable(c, n) : errc::ok;
    case file_type::file: return writes(how) ? want_write(c, n) : errc::ok;
  }
  return errc::ok;
}

/// ovl_verify_lowerdata().
errc verify_own_lowerdata(context& c, const node& n) {
  if (!n.on_overlay) return errc::ok;
  const overlay::mounted& o = *c.w.overlays[n.where];
  if (o.data_layers == 0 || !overlay::needs_lowerdata(overlay::inode_of(o, n.dentry))) return errc::ok;
  return overlay::verify_lowerdata(c, c.w.overlays[n.where].change(), n.dentry);
}

}  // namespace

errc verify_lowerdata(context& c, const node& n) {
  if (const errc e = verify_own_lowerdata(c, n); e != errc::ok || !n.on_overlay) return e;
  const overlay::mounted& o = *c.w.overlays[n.where];
  if (o.stack_depth == 1 || type_of(c, n) != file_type::file) return errc::ok;
  return overlay::open_data(c, overlay::realdata_of(o, overlay::inode_of(o, n.dentry)));
}

result<node> open(context& c, const path& p, open_for how) {
  const result<node> found = resolve(c, p, false);
  if (!found) return found.error;
  const node& n = found.value;
  if (how == open_for::list && !is_dir(c, n)) return errc::enotdir;
  if (const errc e = check_type(c, n, how); e != errc::ok) return e;
  const errc opened = writes(how) ? verify_own_lowerdata(c, n) : verify_lowerdata(c, n);
  if (opened != errc::ok) return opened;
  if (!writes(how) || type_of(c, n) != file_type::file) return n;
  if (n.on_overlay) {
    const auto why = how == open_for::write_truncated ? overlay::copy_up_for::truncate : overlay::copy_up_for::data;
    if (const errc e = overlay::copy_up(c, c.w.overlays[n.where].change(), n.dentry, why); e != errc::ok) return e;
  }
  if (how == open_for::write_truncated) {
    const real_inode r = real_of(c, n);
    backing::filesystem& fs = c.w.filesystems[r.fs].change();
    backing::set_size(fs, *backing::find(fs, r.ino), 0);
    copy_attributes(c, n);
  }
  return n;
}

result<std::string> read(context& c, const node& n) {
  switch (type_of(c, n)) {
    case file_type::dir: return errc::eisdir;
    case file_type::fifo: return read_fifo(c, n);
    default: break;
  }
  if (const errc e = verify_lowerdata(c, n); e != errc::ok) return e;
  const real_inode r = realdata_of(c, n);
  const backing::filesystem& fs = *c.w.filesystems[r.fs];
  return backing::read_all(fs, *backing::find(fs, r.ino));
}

errc write_at(context& c, const node& n, std::uint64_t offset, std::string_view data) {
  if (type_of(c, n) == file_type::fifo) return write_fifo(c, n, data);
  const real_inode r = real_of(c, n);
  backing::filesystem& fs = c.w.filesystems[r.fs].change();
  backing::write_at(fs, *backing::find(fs, r.ino), offset, data);
  if (!data.empty()) copy_attributes(c, n);
  return errc::ok;
}

errc append(context& c, const node& n, std::string_view data) {
  const real_inode r = real_of(c, n);
  const backing::filesystem& fs = *c.w.filesystems[r.fs];
  const backing::inode& i = *backing::find(fs, r.ino);
  backing::note_content(fs, i);
  return write_at(c, n, i.size, data);
}

}  // namespace ovlsim::vfs
