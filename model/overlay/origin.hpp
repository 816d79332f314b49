// SPDX-License-Identifier: Apache-2.0
//
// trusted.overlay.origin: the file handle of the lower inode that an upper one was copied up from. How it is written (struct
// ovl_fh), read, and followed back to a lower inode.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "overlay/dcache.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

inline constexpr std::size_t fb_header = 21;         ///< sizeof(struct ovl_fb): what stands before the filesystem's own handle
inline constexpr unsigned fb_flag_path_upper = 4;    ///< OVL_FH_FLAG_PATH_UPPER

/// struct ovl_fb, decoded. `fid` points into the bytes that it was read from.
struct stored_fh {
  std::string_view bytes;  ///< all of it
  std::uint8_t flags = 0;
  std::uint8_t type = 0;
  uuid id{};
  std::string_view fid;
  bool other_instance = false;  ///< stored on an upper by another instance of the overlay
};

/// ovl_check_fb_len(): EINVAL for what is no handle, ENODATA for one of a later version or another byte order.
errc check_fb(std::string_view bytes);
/// Takes bytes apart that check_fb() found good.
stored_fh decode_fb(std::string_view bytes);

/// ovl_get_index_name_fh().
std::string hex_of(std::string_view bytes);

/// ovl_get_fh(): the stored handle, nothing when it is absent, empty, of a later version or another byte order, or invalid (which
/// is logged).
std::optional<stored_fh> read_stored_fh(context& c, const mounted& o, const real& r, const own_xattr& which);

/// ovl_can_decode_fh() of a filesystem, an index into world::filesystems or an overlay's.
bool can_decode_fh(context& c, std::uint32_t fs);

/// ovl_encode_real_fh(): the bytes that are stored for an inode. EIO where a lower overlay cannot make its part of them.
result<byte_string> encode_stored_fh(context& c, const mounted& o, const real& r, bool is_upper);

/// ovl_get_origin_fh(): what copy-up is to leave on the upper of `lower`, as the kernel's rule decides.
struct origin_to_store {
  bool is_dir = false;
  store_origin_answer what{};
  byte_string fh;
};
result<origin_to_store> choose_origin(context& c, const mounted& o, const lower_path& lower, bool to_index);
/// ovl_set_origin_fh().
void store_origin(context& c, const mounted& o, const origin_to_store& origin, ino_t64 upper);

/// ovl_verify_fh(): ESTALE where the handle stored on `r` is another, ENODATA where there is none.
errc verify_fh(context& c, const mounted& o, const real& r, const own_xattr& which, std::string_view fh);

/// ovl_verify_set_fh(): the same, but stored where there is none.
errc verify_or_set_fh(context& c, const mounted& o, const real& r, const own_xattr& which, std::string_view fh);

/// ovl_verify_origin_xattr(): does the handle stored on `r` mean `expected`? `set` stores it where there is none. The log says what
/// is wrong.
errc verify_origin_xattr(context& c, const mounted& o, const real& r, const own_xattr& which, const real& expected, bool is_upper,
                         bool set);
/// ovl_verify_upper(): the same for what an index entry, or the index, says of the upper.
errc verify_upper(context& c, const mounted& o, const real& index, const real& upper, bool set);

/// ovl_decode_real_fh() in the upper; null where it is stale. `connected` as for decode_lower().
const backing::inode* decode_in_upper(const world& w, const mounted& o, const stored_fh& fh, bool connected);

/// ovl_check_origin_fh(): the lower inode that a handle means now, if it can be followed; a directory that was removed, or that lies
/// outside the layer, does not count when it must be `connected` (ovl_acceptable).
std::optional<lower_path> decode_lower(context& c, const mounted& o, const stored_fh& fh, bool connected);

/// The rest of ovl_check_origin_fh(): an origin must be of the type of its upper. `has_type_of` asks; otherwise wrong_type() says in the
/// log that it is not, and what comes of it.
bool has_type_of(const world& w, const mounted& o, const real& upper, const lower_path& origin);
result<std::optional<lower_path>> wrong_type(context& c, const mounted& o, const real& upper, std::string_view upper_pd2,
                                             const lower_path& origin);

/// Origins of non-directories are not looked at from here on (overlay::mounted::bad_origin); `why` is told in the log, once.
void distrust_origins(context& c, mounted& o, std::string_view why);

/// Where there is no index, which asks it itself: is the top lower the one that this upper was used with? A candidate policy's question.
void check_root_origin(context& c, mounted& o);

/// ovl_check_origin(): the lower inode that the origin of the non-directory `upper` (found by the upper's dentry `upper_dentry`) means
/// now. An errno only where the kernel's lookup fails; nothing where there is no origin, or none that can be followed.
result<std::optional<lower_path>> check_origin(context& c, mounted& o, ino_t64 upper, backing::dentry_id upper_dentry);

}  // namespace ovlsim::overlay
