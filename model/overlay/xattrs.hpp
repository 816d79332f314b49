// SPDX-License-Identifier: Apache-2.0
//
// The xattrs with which overlayfs marks its layers (trusted.overlay.*), and how they look through the mount.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "overlay/dcache.hpp"

namespace ovlsim::overlay::xattr_name {

inline constexpr std::string_view prefix = "trusted.overlay.";
inline constexpr std::string_view escape_prefix = "trusted.overlay.overlay.";  ///< OVL_XATTR_ESCAPE_TRUSTED_PREFIX
inline constexpr std::string_view origin = "trusted.overlay.origin";
inline constexpr std::string_view impure = "trusted.overlay.impure";
inline constexpr std::string_view opaque = "trusted.overlay.opaque";
inline constexpr std::string_view redirect = "trusted.overlay.redirect";
inline constexpr std::string_view metacopy = "trusted.overlay.metacopy";
inline constexpr std::string_view nlink = "trusted.overlay.nlink";
inline constexpr std::string_view uuid = "trusted.overlay.uuid";
inline constexpr std::string_view whiteout = "trusted.overlay.whiteout";

}  // namespace ovlsim::overlay::xattr_name

namespace ovlsim::overlay {

/// The value of xattr `name` of the inode `r`.
std::optional<std::string_view> get_layer_xattr(const world& w, const real& r, std::string_view name);

/// Sets one on an inode of the upper filesystem.
void set_upper_xattr(world& w, const mounted& o, ino_t64 ino, std::string_view name, std::string_view value);

/// ovl_get_dir_xattr_val(): the one-byte value of trusted.overlay.opaque of a directory; 0 for any other length or none.
char opaque_value(const world& w, const real& r);

/// ovl_is_impuredir().
bool is_impure_dir(const world& w, const mounted& o, ino_t64 upper_dir);

/// ovl_is_private_xattr(): overlayfs's own marks, which are neither shown nor copied up; the escaped ones are not private.
bool is_private_xattr(std::string_view name);

/// ovl_own_xattr_get(): the name that trusted.overlay.X of the mount has on the layers, trusted.overlay.overlay.X; other names
/// are their own. EOPNOTSUPP where that is too long, EINVAL for the bare prefix (xattr_resolve_name).
result<std::string> name_on_layer(std::string_view name);

/// ovl_listxattr(): the name as the mount lists it; empty for a private one.
std::string name_in_mount(std::string_view name);

/// ovl_set_impure(): marks a directory of the upper as one that may hold copied-up entries.
void set_impure(context& c, mounted& o, std::uint32_t dir_dentry);

}  // namespace ovlsim::overlay
