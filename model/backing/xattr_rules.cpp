// SPDX-License-Identifier: Apache-2.0
//
// Measured on Linux 6.18 for every filesystem, kind of object and prefix; the order is fs/xattr.c's.
#include "backing/xattr_rules.hpp"

namespace ovlsim::backing {

namespace {

constexpr std::string_view user = "user.";
constexpr std::string_view acl_access = "system.posix_acl_access";
constexpr std::string_view acl_default = "system.posix_acl_default";

bool has_user_xattrs(file_type type) { return type == file_type::file || type == file_type::dir; }

}  // namespace

bool is_acl(std::string_view name) { return name == acl_access || name == acl_default; }

errc check_xattr_size(std::string_view name, std::size_t value_size) {
  constexpr std::size_t longest_name = 255;
  constexpr std::size_t longest_value = 65536;
  if (name.empty() || name.size() > longest_name) return errc::erange;
  return value_size > longest_value ? errc::e2big : errc::ok;
}

errc check_xattr_kind(std::string_view name, file_type type, xattr_use use) {
  if (!name.starts_with(user) || has_user_xattrs(type)) return errc::ok;
  return use == xattr_use::get ? errc::enodata : errc::eperm;
}

errc check_xattr_name(const filesystem& fs, std::string_view name, file_type type, xattr_use use) {
  if (is_acl(name)) return type == file_type::symlink || fs.type == fs_type::squashfs ? errc::eopnotsupp : errc::ok;
  if (fs.type == fs_type::btrfs && name.starts_with("btrfs.")) {  // properties: none of them is a known one
    return use == xattr_use::get ? errc::enodata : errc::einval;
  }
  if (!fs.user_xattrs && name.starts_with(user)) return errc::eopnotsupp;
  for (const std::string_view prefix : {user, std::string_view("trusted."), std::string_view("security.")}) {
    if (name.starts_with(prefix)) return name.size() == prefix.size() ? errc::einval : errc::ok;
  }
  if (fs.type == fs_type::ext4 && name.starts_with("gnu.")) return name.size() == 4 ? errc::einval : errc::ok;
  return errc::eopnotsupp;
}

errc check_xattr_list(const filesystem& fs, const inode& i) {
  if (fs.type != fs_type::squashfs || !fs.xattrs.empty()) return errc::ok;
  switch (i.type) {
    case file_type::dir:
    case file_type::symlink: return errc::eopnotsupp;
    case file_type::file: return i.nlink > 1 || i.sparse ? errc::eopnotsupp : errc::ok;
    default: return errc::ok;
  }
}

errc check_xattr_value(std::string_view name, std::string_view value, file_type type) {
  if (name == "security.capability") return errc::einval;  // no text is a struct vfs_cap_data
  if (!is_acl(name)) return errc::ok;
  if (!value.empty()) return errc::einval;  // nor an ACL
  return type == file_type::symlink ? errc::eopnotsupp : errc::ok;
}

}  // namespace ovlsim::backing
