// SPDX-License-Identifier: Apache-2.0
//
// coreutils 9.1, one system call after the other: a directory is made before the source's is read, its entries follow in the order
// of their inode numbers, each looked up just before it is copied, and the directory gets its attributes last. On an overlay these
// lookups give out inode numbers, so their order can be seen. Further names of a file with several links become links to its first
// copy.
#include "vfs/copy_tree.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

constexpr unsigned special = 07000;       // setuid, setgid, sticky
constexpr unsigned owner_only = 0700;     // nobody else gets in before owner and mode are right

/// cp sets the permission bits as an ACL, which leaves the other bits alone, and calls chmod only where the source has such bits: a
/// directory keeps the set-group-ID bit that its new parent gave it.
std::uint16_t copied_mode(std::uint16_t source, std::uint16_t made) {
  return static_cast<std::uint16_t>((source & special) != 0 ? source : source | (made & special));
}

errc error_of(errc e) { return e; }
template <class T>
errc error_of(const result<T>& r) { return r.error; }

/// retry_estale(): a system call walks its path once more when that gave ESTALE.
template <class Call>
auto called(const Call& call) {
  auto answer = call();
  return error_of(answer) == errc::estale ? call() : answer;
}

path below(const path& dir, std::string_view name) {
  std::string rest = dir.rest;
  if (!rest.ends_with('/')) rest += '/';
  return {dir.fs, rest.append(name)};
}

struct copier {
  context& c;
  std::map<std::pair<std::uint64_t, std::uint64_t>, path> first_copies{};  ///< by st_dev and st_ino of the source
  errc first_error = errc::ok;

  void note(errc e) {
    if (first_error == errc::ok) first_error = e;
  }

  /// The new object, with what data it has.
  errc make(const node& from, const answer::stat& s, const path& to) {
    const auto mode = static_cast<std::uint16_t>(s.mode & owner_only);
    switch (s.type) {
      case file_type::dir: {  // mkdir(2) takes the sticky bit, and no other of the three
        constexpr unsigned sticky = 01000;
        return called([&] { return mkdir(c, to, static_cast<std::uint16_t>(mode | (s.mode & sticky))); });
      }
      case file_type::symlink: {
        const std::string target = readlink(c, from).value;
        return called([&] { return symlink(c, target, to); });
      }
      case file_type::file: {
        if (const errc e = verify_lowerdata(c, from); e != errc::ok) return e;
        stat(c, from);  // fstat(2): the log may have something to say of the number, once a call
        const result<node> made = called([&] { return create_file(c, to, mode); });
        if (!made) return made.error;
        return write_at(c, made.value, 0, read(c, from).value);
      }
      default:
        return called([&] { return mknod(c, to, s.type, static_cast<std::uint16_t>(mode | (s.mode & special))); });
    }
  }

  void copy_attributes(const node& from, const answer::stat& s, const path& to) {
    const result<node> made = called([&] { return resolve(c, to, false); });
    if (!made) return note(made.error);
    const backing::inode source = attributes(c, from);
    note(chown(c, made.value, source.uid, source.gid));
    // `cp -a` says nothing of an xattr that it cannot read or write (reduce_diagnostics).
    for (const std::string& name : listxattr(c, from).value) {
      const result<std::string> value = getxattr(c, from, name);
      if (value) setxattr(c, made.value, name, value.value);
    }
    // Once for each kind of ACL that is not there, whose place the mode takes.
    if (s.type != file_type::symlink) stat(c, from);
    if (s.type == file_type::dir) stat(c, from);
    if (s.type != file_type::symlink) note(chmod(c, made.value, copied_mode(s.mode, attributes(c, made.value).mode)));
  }

  void copy_entries(const node& dir, const path& from, const path& to) {
    // savedir() sorts by d_ino, and takes nothing of a directory whose reading ends with an error.
    errc end = errc::ok;
    stat(c, dir);  // opendir(3)
    result<std::vector<answer::entry>> listed = list(c, dir, &end);
    if (!listed) return note(listed.error);
    if (end != errc::ok) return note(end);
    std::stable_sort(listed.value.begin(), listed.value.end(),
                     [](const answer::entry& a, const answer::entry& b) { return a.ino < b.ino; });
    for (const answer::entry& e : listed.value) copy(below(from, e.name), below(to, e.name));
  }

  void copy(const path& from, const path& to) {
    const result<node> source = called([&] { return resolve(c, from, false); });
    if (!source) return note(source.error);
    const answer::stat s = stat(c, source.value);
    const bool is_dir = s.type == file_type::dir;
    const bool linked = !is_dir && s.nlink > 1;
    const auto known = linked ? first_copies.find({s.dev, s.ino}) : first_copies.end();
    if (known != first_copies.end()) return note(called([&] { return link(c, known->second, to); }));
    if (const errc e = make(source.value, s, to); e != errc::ok) return note(e);
    if (linked) first_copies.emplace(std::pair{s.dev, s.ino}, to);
    if (is_dir) copy_entries(source.value, from, to);
    copy_attributes(source.value, s, to);
  }
};

}  // namespace

errc copy_tree(context& c, const path& from, const path& to) {
  const result<node> start = called([&] { return resolve(c, from, false); });
  if (!start) return start.error;
  const result<node> there = called([&] { return resolve(c, to, false); });
  if (there) return errc::eexist;
  if (there.error != errc::enoent) return there.error;
  const parent_walk destination = walk_to_parent(c, to);
  if (destination.error != errc::ok) return destination.error;
  if (const errc e = want_write(c, destination.dir()); e != errc::ok) return e;
  for (const node& dir : destination.dirs) {
    if (same_inode(c, dir, start.value)) return errc::einval;  // a directory cannot be copied into itself
  }
  copier work{c};
  work.copy(from, to);
  return work.first_error;
}

}  // namespace ovlsim::vfs
