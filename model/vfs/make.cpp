// SPDX-License-Identifier: Apache-2.0
//
// Calls that make a name: open(O_CREAT|O_EXCL), mkdir, mknod, symlink, link (filename_create and its callers).
#include "overlay/dir.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

constexpr std::uint16_t setgid = 02000;

/// filename_create(): the negative node where `w` arrived. Only a directory may be written with slashes after its name.
struct new_name {
  node dir;
  node at;
  std::string name;
};
result<new_name> start_creating(context& c, const parent_walk& w, bool directory) {
  if (w.error != errc::ok) return w.error;
  if (w.kind != last_kind::normal) return errc::eexist;
  const result<node> found = lookup(c, w.dir(), w.last);
  if (!found) return found.error;
  if (is_positive(c, found.value)) return errc::eexist;
  if (w.slash && !directory) return errc::enoent;
  if (const errc e = want_write(c, w.dir()); e != errc::ok) return e;
  return new_name{w.dir(), found.value, w.last};
}

/// inode_init_owner(): owner root; a set-group-ID directory passes its group on, and the bit to directories.
backing::new_inode init_owner(const context& c, const node& dir, file_type type, std::uint16_t mode) {
  const backing::inode& parent = attributes(c, dir);
  backing::new_inode made{type, mode, 0, 0};
  if ((parent.mode & setgid) != 0) {
    made.gid = parent.gid;
    if (type == file_type::dir) made.mode = static_cast<std::uint16_t>(made.mode | setgid);
  }
  return made;
}

/// The filesystem's create operation.
result<node> make(context& c, const new_name& where, const backing::new_inode& what, std::string_view target) {
  node made = where.at;
  if (made.on_overlay) {
    const errc e = overlay::create(c, c.w.overlays[made.where].change(), made.dentry, what, target);
    if (e != errc::ok) return e;
    return made;
  }
  backing::filesystem& fs = c.w.filesystems[made.where].change();
  made.ino = backing::make_inode(c.w, fs, what);
  backing::write_at(fs, *backing::find(fs, made.ino), 0, target);
  backing::add_entry(fs, where.dir.ino, c.w.names.intern(where.name), made.ino);
  return made;
}

std::uint16_t masked(std::uint16_t mode) { return static_cast<std::uint16_t>(mode & ~umask); }

}  // namespace

result<node> create_file(context& c, const path& p, std::uint16_t mode) {
  const parent_walk w = walk_to_parent(c, p);
  const bool is_name = w.error == errc::ok && w.kind == last_kind::normal;
  if (is_name && w.slash) return errc::eisdir;  // open_last_lookups()
  const result<new_name> where = start_creating(c, w, false);
  if (!where) return where.error;
  return make(c, where.value, init_owner(c, where.value.dir, file_type::file, masked(mode)), {});
}

errc mkdir(context& c, const path& p, std::uint16_t mode) {
  const result<new_name> where = start_creating(c, walk_to_parent(c, p), true);
  if (!where) return where.error;
  return make(c, where.value, init_owner(c, where.value.dir, file_type::dir, masked(mode)), {}).error;
}

errc mknod(context& c, const path& p, file_type type, std::uint16_t mode) {
  const result<new_name> where = start_creating(c, walk_to_parent(c, p), false);
  if (!where) return where.error;
  if (where.value.at.on_overlay && type == file_type::chr) return errc::eperm;  // ovl_mknod(): no whiteouts through the mount
  return make(c, where.value, init_owner(c, where.value.dir, type, masked(mode)), {}).error;
}

errc symlink(context& c, std::string_view target, const path& p) {
  constexpr std::size_t path_max = 4096;
  if (target.empty()) return errc::enoent;
  if (target.size() >= path_max) return errc::enametoolong;
  const result<new_name> where = start_creating(c, walk_to_parent(c, p), false);
  if (!where) return where.error;
  return make(c, where.value, init_owner(c, where.value.dir, file_type::symlink, 0777), target).error;
}

errc link(context& c, const path& from, const path& to) {
  const result<node> old = resolve(c, from, false);
  if (!old) return old.error;
  const result<new_name> where = start_creating(c, walk_to_parent(c, to), false);
  if (!where) return where.error;
  if (!old.value.same_mount(where.value.dir)) return errc::exdev;
  if (is_dir(c, old.value)) return errc::eperm;
  if (old.value.on_overlay) {
    return overlay::link(c, c.w.overlays[old.value.where].change(), old.value.dentry, where.value.at.dentry);
  }
  backing::filesystem& fs = c.w.filesystems[old.value.where].change();
  backing::add_entry(fs, where.value.dir.ino, c.w.names.intern(where.value.name), old.value.ino);
  return errc::ok;
}

}  // namespace ovlsim::vfs
