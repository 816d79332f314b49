// SPDX-License-Identifier: Apache-2.0
//
// trusted.overlay.origin: the file handle of the lower inode that an upper one was copied up from. How it is written (struct
// ovl_fh), read, and followed back to a lower inode.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// struct ovl_fb, decoded. `fid` points into the bytes that it was read from.
struct stored_fh {
  std::uint8_t flags = 0;
  std::uint8_t type = 0;
  uuid id{};
  std::string_view fid;
};

/// ovl_get_fh(): the stored handle, nothing when it is absent, empty, of a later version or another byte order, or invalid (which
/// is logged).
std::optional<stored_fh> read_stored_fh(context& c, const real& r, std::string_view xattr);

/// ovl_encode_real_fh(): the bytes that are stored for an inode.
byte_string encode_stored_fh(const world& w, const real& r, bool is_upper);

/// ovl_get_origin_fh() and ovl_set_origin_fh(): what copy-up leaves on `upper`, as the kernel's rule decides.
void store_origin(context& c, mounted& o, const lower_path& lower, ino_t64 upper);

/// ovl_check_origin(): the lower inode that the origin of the non-directory `upper` means now. An errno only where the kernel's
/// lookup fails; nothing where there is no origin, or none that can be followed.
/// `where` is the overlay's name for it, for the log.
struct name_below {
  std::uint32_t parent = none;  ///< dentry
  std::string_view name;
};
result<std::optional<lower_path>> check_origin(context& c, mounted& o, ino_t64 upper, const name_below& where);

}  // namespace ovlsim::overlay
