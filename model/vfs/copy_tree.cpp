// SPDX-License-Identifier: Apache-2.0
//
// coreutils 9.1: a directory is made first, then its entries in the order of their inode numbers, then it gets its attributes; further names of a file with several
// links become links to its first copy.
#include "vfs/copy_tree.hpp"

#include <algorithm>

#include "vfs/source_tree.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

/// cp sets the permission bits as an ACL, which leaves the other bits alone, and calls chmod only where the source has such bits: a
/// directory keeps the set-group-ID bit that its new parent gave it.
std::uint16_t copied_mode(std::uint16_t source, std::uint16_t made) {
  constexpr unsigned special = 07000;
  return static_cast<std::uint16_t>((source & special) != 0 ? source : source | (made & special));
}

struct copier {
  context& c;
  const source_tree& source;
  std::vector<path> copies{};  ///< of each node: the path of its first copy; empty before
  errc first_error = errc::ok;

  void note(errc e) {
    if (first_error == errc::ok) first_error = e;
  }

  errc make(std::uint32_t index, const path& to) {
    const source_attributes& a = source.attributes[index];
    switch (source.shape[index].type) {
      case file_type::dir: return mkdir(c, to, a.mode);
      case file_type::symlink: return symlink(c, a.data, to);
      case file_type::file: {
        const result<node> made = create_file(c, to, a.mode);
        if (!made) return made.error;
        return write_at(c, made.value, 0, a.data);
      }
      default: return mknod(c, to, source.shape[index].type, a.mode);
    }
  }

  void set_attributes(std::uint32_t index, const path& to) {
    const result<node> made = resolve(c, to, false);
    if (!made) return note(made.error);
    const source_attributes& a = source.attributes[index];
    for (const auto& [name, value] : source.shape[index].xattrs) note(setxattr(c, made.value, name, value));
    note(chown(c, made.value, a.uid, a.gid));
    if (source.shape[index].type != file_type::symlink) {
      note(chmod(c, made.value, copied_mode(a.mode, attributes(c, made.value).mode)));
    }
    backing::find(c.w.filesystems[real_of(c, made.value).fs].change(), real_of(c, made.value).ino)->size = source.shape[index].size;
  }

  void copy(std::uint32_t index, const path& to) {
    const source_attributes& a = source.attributes[index];
    const bool is_dir = source.shape[index].type == file_type::dir;
    if (!is_dir && a.nlink > 1 && !copies[index].fs.empty()) return note(link(c, copies[index], to));
    if (const errc e = make(index, to); e != errc::ok) return note(e);
    copies[index] = to;
    if (is_dir) {
      for (const auto& [name, child] : source.shape[index].children) {
        copy(child, {to.fs, to.rest + (to.rest.ends_with('/') ? "" : "/") + name});
      }
    }
    set_attributes(index, to);
  }
};

}  // namespace

errc copy_tree(context& c, const path& from, const path& to) {
  const result<node> start = resolve(c, from, false);
  if (!start) return start.error;
  const result<node> there = resolve(c, to, false);
  if (there) return errc::eexist;
  if (there.error != errc::enoent) return there.error;
  const parent_walk destination = walk_to_parent(c, to);
  if (destination.error != errc::ok) return destination.error;
  for (const node& dir : destination.dirs) {
    if (same_inode(c, dir, start.value)) return errc::einval;  // a directory cannot be copied into itself
  }
  const source_tree source = read_tree(c, start.value, visit::by_d_ino);
  copier work{c, source};
  work.copies.resize(source.shape.size());
  work.copy(0, to);
  return work.first_error;
}

}  // namespace ovlsim::vfs
