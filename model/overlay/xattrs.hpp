// SPDX-License-Identifier: Apache-2.0
//
// The xattrs with which overlayfs marks its layers (trusted.overlay.*, or user.overlay.* with userxattr), and how they look through
// the mount.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// A name in the two spellings that it has (OVL_XATTR_TAB_ENTRY).
struct own_xattr {
  std::string_view trusted;
  std::string_view user;

  std::string_view in(const mounted& o) const { return o.cfg.userxattr ? user : trusted; }
};

namespace xattr_name {

inline constexpr own_xattr prefix{"trusted.overlay.", "user.overlay."};
inline constexpr own_xattr escape_prefix{"trusted.overlay.overlay.", "user.overlay.overlay."};  ///< OVL_XATTR_ESCAPE_*_PREFIX
inline constexpr own_xattr origin{"trusted.overlay.origin", "user.overlay.origin"};
inline constexpr own_xattr impure{"trusted.overlay.impure", "user.overlay.impure"};
inline constexpr own_xattr opaque{"trusted.overlay.opaque", "user.overlay.opaque"};
inline constexpr own_xattr redirect{"trusted.overlay.redirect", "user.overlay.redirect"};
inline constexpr own_xattr metacopy{"trusted.overlay.metacopy", "user.overlay.metacopy"};
inline constexpr own_xattr nlink{"trusted.overlay.nlink", "user.overlay.nlink"};
inline constexpr own_xattr upper{"trusted.overlay.upper", "user.overlay.upper"};
inline constexpr own_xattr uuid{"trusted.overlay.uuid", "user.overlay.uuid"};
inline constexpr own_xattr instance{"trusted.overlay.instance", "user.overlay.instance"};  ///< of candidate policies, no kernel has it
inline constexpr own_xattr whiteout{"trusted.overlay.whiteout", "user.overlay.whiteout"};

inline constexpr own_xattr protattr{"trusted.overlay.protattr", "user.overlay.protattr"};

}  // namespace xattr_name

/// The value of an own xattr of the inode `r`.
std::optional<std::string_view> get_layer_xattr(const world& w, const mounted& o, const real& r, const own_xattr& which);

/// Sets one on an inode of the upper filesystem. With userxattr EPERM on what is neither a file nor a directory (xattr_permission),
/// EOPNOTSUPP where the filesystem has no user.* xattrs.
errc set_upper_xattr(world& w, const mounted& o, ino_t64 ino, const own_xattr& which, std::string_view value);
void remove_upper_xattr(world& w, const mounted& o, ino_t64 ino, const own_xattr& which);

/// ovl_get_dir_xattr_val(): the one-byte value of the opaque xattr of a directory; 0 for any other length or none.
char opaque_value(const world& w, const mounted& o, const real& r);

/// ovl_is_impuredir().
bool is_impure_dir(const world& w, const mounted& o, ino_t64 upper_dir);

/// ovl_is_private_xattr(): overlayfs's own marks, which are neither shown nor copied up; the escaped ones are not private where there is
/// escaping.
bool is_private_xattr(const mounted& o, std::string_view name);

/// ovl_copy_xattr(): everything but overlayfs's own marks, from a layer to an inode of the upper filesystem. EOPNOTSUPP for an xattr that
/// the upper does not take, unless the kernel leaves it behind.
errc copy_xattrs(context& c, const mounted& o, const real& from, ino_t64 to);

/// ovl_own_xattr_get(): the name that trusted.overlay.X of the mount has on the layers, trusted.overlay.overlay.X; other names
/// are their own. EOPNOTSUPP where that is too long or nothing is escaped, EINVAL for the bare prefix (xattr_resolve_name).
result<std::string> name_on_layer(const mounted& o, std::string_view name);

/// ovl_listxattr(): the name as the mount lists it; empty for a private one.
std::string name_in_mount(const mounted& o, std::string_view name);

/// ovl_set_impure(): marks a directory of the upper as one that may hold copied-up entries.
void set_impure(context& c, mounted& o, std::uint32_t dir_dentry);

}  // namespace ovlsim::overlay
