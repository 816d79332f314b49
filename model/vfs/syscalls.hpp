// SPDX-License-Identifier: Apache-2.0
//
// The system calls behind the file verbs, on any filesystem or overlay: the VFS's checks in the VFS's order (fs/namei.c, fs/open.c,
// fs/attr.c, fs/xattr.c), then what the filesystem below does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backing/tree.hpp"
#include "vfs/node.hpp"
#include "vfs/walk.hpp"

namespace ovlsim::vfs {

inline constexpr std::uint16_t umask = 022;

// make.cpp
/// open(O_CREAT|O_EXCL|O_WRONLY); the new file.
result<node> create_file(context& c, const path& p, std::uint16_t mode);
errc mkdir(context& c, const path& p, std::uint16_t mode);
/// mknod of a fifo, or of the character device 0/0.
errc mknod(context& c, const path& p, file_type type, std::uint16_t mode);
errc symlink(context& c, std::string_view target, const path& p);
errc link(context& c, const path& from, const path& to);

// remove.cpp
errc unlink(context& c, const path& p);
errc rmdir(context& c, const path& p);

// rename.cpp
errc rename(context& c, const path& from, const path& to, bool exchanged);

// attr.cpp
answer::stat stat(context& c, const node& n);
errc chmod(context& c, const node& n, std::uint16_t mode);
errc chown(context& c, const node& n, std::uint32_t uid, std::uint32_t gid);
errc touch(context& c, const node& n);
errc truncate(context& c, const node& n, std::uint64_t size);
result<std::string> readlink(const context& c, const node& n);
/// `end`, where somebody asks: the error at which getdents(2) gave up after some entries, which are the answer all the same.
result<std::vector<answer::entry>> list(context& c, const node& n, errc* end = nullptr);

// io.cpp
enum class open_for : std::uint8_t { read, write, read_write, write_truncated, list };
/// open(O_NOFOLLOW) and all that it does: copy-up, truncation.
result<node> open(context& c, const path& p, open_for how);

/// ovl_open() for reading, of what may lie on an overlay, and of what is below that: to be asked before the content of a file is read.
errc verify_lowerdata(context& c, const node& n);
result<std::string> read(context& c, const node& n);
errc write_at(context& c, const node& n, std::uint64_t offset, std::string_view data);
errc append(context& c, const node& n, std::string_view data);

// xattr.cpp
errc setxattr(context& c, const node& n, std::string_view name, std::string_view value);
result<std::string> getxattr(const context& c, const node& n, std::string_view name);
errc removexattr(context& c, const node& n, std::string_view name);
result<std::vector<std::string>> listxattr(const context& c, const node& n);

// handle.cpp
/// EOPNOTSUPP where handles cannot be made, or could not be decoded.
errc name_to_handle(context& c, const node& n, taken_handle& handle);
/// What a handle means on the filesystem or overlay of `root`.
result<node> open_by_handle(context& c, const node& root, const taken_handle& handle);

}  // namespace ovlsim::vfs
