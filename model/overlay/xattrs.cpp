// SPDX-License-Identifier: Apache-2.0
//
// fs/overlayfs/xattrs.c and the xattr helpers of util.c.
#include "overlay/xattrs.hpp"

#include "backing/tree.hpp"

namespace ovlsim::overlay {

namespace {
constexpr std::size_t xattr_name_max = 255;
}

std::optional<std::string_view> get_layer_xattr(const world& w, const real& r, std::string_view name) {
  return backing::get_xattr(w, *w.filesystems[r.fs], r.ino, name);
}

void set_upper_xattr(world& w, const mounted& o, ino_t64 ino, std::string_view name, std::string_view value) {
  backing::set_xattr(change_upper(w, o), ino, w.names.intern(name), value);
}

char opaque_value(const world& w, const real& r) {
  const auto value = get_layer_xattr(w, r, xattr_name::opaque);
  return value && value->size() == 1 ? value->front() : '\0';
}

bool is_impure_dir(const world& w, const mounted& o, ino_t64 upper_dir) {
  const auto value = get_layer_xattr(w, {o.layers[0].fs, upper_dir}, xattr_name::impure);
  return value && *value == "y";
}

bool is_private_xattr(std::string_view name) {
  return name.starts_with(xattr_name::prefix) && !name.starts_with(xattr_name::escape_prefix);
}

result<std::string> name_on_layer(std::string_view name) {
  if (!name.starts_with(xattr_name::prefix)) return std::string(name);
  const std::string_view rest = name.substr(xattr_name::prefix.size());
  if (rest.empty()) return errc::einval;
  std::string escaped(xattr_name::escape_prefix);
  escaped += rest;
  if (escaped.size() > xattr_name_max) return errc::eopnotsupp;
  return escaped;
}

std::string name_in_mount(std::string_view name) {
  if (is_private_xattr(name)) return {};
  if (!name.starts_with(xattr_name::escape_prefix)) return std::string(name);
  return std::string(xattr_name::prefix) + std::string(name.substr(xattr_name::escape_prefix.size()));
}

void set_impure(context& c, mounted& o, std::uint32_t dir_dentry) {
  inode& dir = inode_of(o, dir_dentry);
  if (dir.impure) return;
  set_upper_xattr(c.w, o, dir.upper, xattr_name::impure, "y");
  dir.impure = true;
}

}  // namespace ovlsim::overlay
