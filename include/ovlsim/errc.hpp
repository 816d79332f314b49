// SPDX-License-Identifier: Apache-2.0
//
// The status of a command: `ok` or a Linux errno. The numbers are Linux's own (x86 and arm64), so that a live runner
// casts `errno` and the log line `failed to get inode (-116)` prints the same number on every host.
// Lower case: the upper-case names are macros of <cerrno>.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ovlsim {

enum class errc : std::uint16_t {
  ok = 0,
  eperm = 1,
  enoent = 2,
  eio = 5,
  enxio = 6,
  e2big = 7,
  ebadf = 9,
  eagain = 11,
  enomem = 12,
  eacces = 13,
  efault = 14,
  ebusy = 16,
  eexist = 17,
  exdev = 18,
  enodev = 19,
  enotdir = 20,
  eisdir = 21,
  einval = 22,
  emfile = 24,
  etxtbsy = 26,
  efbig = 27,
  enospc = 28,
  espipe = 29,
  erofs = 30,
  emlink = 31,
  erange = 34,
  enametoolong = 36,
  enotempty = 39,
  eloop = 40,
  enodata = 61,
  eremote = 66,
  eoverflow = 75,
  eopnotsupp = 95,
  estale = 116,
};

/// The name as Linux spells it (`"ESTALE"`), or `"ok"`. A number without a name here prints as `"errno"`.
std::string_view name(errc status) noexcept;

/// The status with this name; nothing where there is none.
std::optional<errc> errc_named(std::string_view name) noexcept;

}  // namespace ovlsim
