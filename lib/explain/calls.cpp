// SPDX-License-Identifier: Apache-2.0
#include "explain/calls.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ovlsim::explaining {

namespace {

struct call {
  std::string_view verb;
  std::string_view asks;      ///< the system call, or the tool
  std::string_view answers;   ///< the kernel function of overlayfs
};

// In the order of the verbs of the language.
constexpr std::array<call, 40> calls = {{
    {"mkfs", "mkfs and mount(2)", ""},
    {"mksquashfs", "mksquashfs and mount(2)", ""},
    {"mkerofs", "mkfs.erofs and mount(2)", ""},
    {"mke2fs", "mke2fs -d and mount(2)", ""},
    {"clone", "a copy of the image and mount(2)", ""},
    {"cp", "cp -a", "many of them"},
    {"mount", "mount(2)", "ovl_fill_super()"},
    {"umount", "umount(2)", "ovl_put_super()"},
    {"drop-caches", "/proc/sys/vm/drop_caches", "shrink_dcache_sb(), ovl_destroy_inode()"},
    {"module", "/sys/module/overlay/parameters", ""},
    {"create", "open(2) with O_CREAT|O_EXCL, write(2)", "ovl_create(), ovl_write_iter()"},
    {"write", "open(2) with O_TRUNC, write(2)", "ovl_open(), ovl_setattr(), ovl_write_iter()"},
    {"append", "open(2) with O_APPEND, write(2)", "ovl_open(), ovl_write_iter()"},
    {"read", "open(2), read(2)", "ovl_open(), ovl_read_iter()"},
    {"truncate", "truncate(2)", "ovl_setattr()"},
    {"chmod", "chmod(2)", "ovl_setattr()"},
    {"chown", "lchown(2)", "ovl_setattr()"},
    {"touch", "utimensat(2)", "ovl_setattr()"},
    {"mkdir", "mkdir(2)", "ovl_mkdir()"},
    {"rmdir", "rmdir(2)", "ovl_rmdir()"},
    {"unlink", "unlink(2)", "ovl_unlink()"},
    {"mkfifo", "mknod(2)", "ovl_mknod()"},
    {"rename", "renameat2(2)", "ovl_rename()"},
    {"exchange", "renameat2(2) with RENAME_EXCHANGE", "ovl_rename()"},
    {"link", "linkat(2)", "ovl_link()"},
    {"symlink", "symlink(2)", "ovl_symlink()"},
    {"readlink", "readlink(2)", "ovl_get_link()"},
    {"stat", "lstat(2)", "ovl_getattr()"},
    {"ls", "getdents64(2)", "ovl_iterate()"},
    {"setxattr", "lsetxattr(2)", "ovl_xattr_set()"},
    {"getxattr", "lgetxattr(2)", "ovl_xattr_get()"},
    {"removexattr", "lremovexattr(2)", "ovl_xattr_set()"},
    {"listxattr", "llistxattr(2)", "ovl_listxattr()"},
    {"open", "open(2)", "ovl_open()"},
    {"fstat", "fstat(2)", "ovl_getattr()"},
    {"fread", "pread(2)", "ovl_read_iter()"},
    {"fwrite", "pwrite(2)", "ovl_write_iter()"},
    {"close", "close(2)", "ovl_release()"},
    {"fh", "name_to_handle_at(2)", "ovl_encode_fh()"},
    {"fhopen", "open_by_handle_at(2)", "ovl_fh_to_dentry()"},
}};

struct path_collector {
  std::vector<path> paths;

  template <class Command>
  void operator()(const Command& c) {
    if constexpr (requires { c.from; }) paths.push_back(c.from);
    if constexpr (requires { c.to; }) paths.push_back(c.to);
    if constexpr (requires { c.at; }) paths.push_back(c.at);
    if constexpr (requires { c.source; }) paths.push_back(c.source);
  }
};

/// The overlays that a command names other than by a path, and the open file's.
struct overlay_question {
  const world& w;

  bool is_overlay(std::string_view name) const {
    return std::any_of(w.overlays.begin(), w.overlays.end(), [&](const auto& o) { return !o->detached && w.names.text(o->name) == name; });
  }
  template <class Command>
  bool operator()(const Command& c) const {
    if constexpr (requires { c.overlay; }) return true;
    if constexpr (requires { c.at; }) {
      if (is_overlay(c.at.fs)) return true;
    }
    if constexpr (requires { c.from; }) return is_overlay(c.from.fs) || is_overlay(c.to.fs);
    if constexpr (requires { c.source; }) return is_overlay(c.source.fs);
    if constexpr (requires { c.handle; }) {
      if constexpr (requires { c.fs; }) return is_overlay(c.fs);
      const auto is_it = [&](const open_file& f) { return f.on_overlay && w.names.text(f.handle) == c.handle; };
      return std::any_of(w.files.begin(), w.files.end(), is_it);
    }
    return std::is_same_v<Command, cmd::drop_caches>;
  }
};

}  // namespace

std::vector<path> paths_of(const command& c) {
  path_collector all;
  std::visit(all, c);
  return all.paths;
}

bool asks_overlay(const world& w, const command& c) { return std::visit(overlay_question{w}, c); }

std::string call_words(const command& c, bool on_overlay) {
  const std::string_view name = verb(c);
  const auto known = std::find_if(calls.begin(), calls.end(), [&](const call& one) { return one.verb == name; });
  if (known == calls.end()) return {};
  std::string words(known->asks);
  if (on_overlay && !known->answers.empty()) words.append(": ").append(known->answers);
  return words;
}

}  // namespace ovlsim::explaining
