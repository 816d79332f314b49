// SPDX-License-Identifier: Apache-2.0
//
// fs/overlayfs/xattrs.c and the xattr helpers of util.c.
#include "overlay/xattrs.hpp"

#include "backing/tree.hpp"
#include "backing/xattr_rules.hpp"
#include "overlay/real.hpp"

namespace ovlsim::overlay {

namespace {
constexpr std::size_t xattr_name_max = 255;
}

std::optional<std::string_view> get_layer_xattr(const world& w, const mounted& o, const real& r, const own_xattr& which) {
  if (!is_overlay(r.fs)) return backing::get_xattr(w, *w.filesystems[r.fs], r.ino, which.in(o));
  const result<std::string_view> value = get_xattr(w, r, which.in(o));
  return value ? std::optional(value.value) : std::nullopt;
}

errc set_upper_xattr(world& w, const mounted& o, ino_t64 ino, const own_xattr& which, std::string_view value) {
  const file_type type = backing::find(upper_fs(w, o), ino)->type;
  errc e = backing::check_xattr_kind(which.in(o), type, backing::xattr_use::set);
  if (e == errc::ok) e = backing::check_xattr_name(upper_fs(w, o), which.in(o), type, backing::xattr_use::set);
  if (e == errc::ok) backing::set_xattr(change_upper(w, o), ino, w.names.intern(which.in(o)), value);
  return e;
}

void remove_upper_xattr(world& w, const mounted& o, ino_t64 ino, const own_xattr& which) {
  if (const std::optional<name_id> id = w.names.find(which.in(o))) backing::remove_xattr(change_upper(w, o), ino, *id);
}

char opaque_value(const world& w, const mounted& o, const real& r) {
  const auto value = get_layer_xattr(w, o, r, xattr_name::opaque);
  return value && value->size() == 1 ? value->front() : '\0';
}

bool is_impure_dir(const world& w, const mounted& o, ino_t64 upper_dir) {
  const auto value = get_layer_xattr(w, o, {o.layers[0].fs, upper_dir}, xattr_name::impure);
  return value && *value == "y";
}

bool is_private_xattr(const mounted& o, std::string_view name) {
  if (!name.starts_with(xattr_name::prefix.in(o))) return false;
  return !o.cfg.escapes_xattrs || !name.starts_with(xattr_name::escape_prefix.in(o));
}

errc copy_xattrs(context& c, const mounted& o, const real& from, ino_t64 to) {
  world& w = c.w;
  const result<std::vector<std::string>> names = list_xattrs(w, from);
  if (names.value.empty()) return errc::ok;
  backing::filesystem& upper = change_upper(w, o);
  const file_type type = backing::find(upper, to)->type;
  for (const std::string& name : names.value) {
    if (is_private_xattr(o, name)) continue;
    if (const errc e = backing::check_xattr_name(upper, name, type, backing::xattr_use::set); e != errc::ok) {
      if (decide(c, c.k.foreign_xattr, {}) == foreign_xattr_answer::fails) return e;
      continue;
    }
    const result<std::string_view> value = get_xattr(w, from, name);
    if (value) backing::set_xattr(upper, to, w.names.intern(name), value.value);
  }
  return errc::ok;
}

result<std::string> name_on_layer(const mounted& o, std::string_view name) {
  if (!name.starts_with(xattr_name::prefix.in(o))) return std::string(name);
  const std::string_view rest = name.substr(xattr_name::prefix.in(o).size());
  if (rest.empty()) return errc::einval;
  if (!o.cfg.escapes_xattrs) return errc::eopnotsupp;
  std::string escaped(xattr_name::escape_prefix.in(o));
  escaped += rest;
  if (escaped.size() > xattr_name_max) return errc::eopnotsupp;
  return escaped;
}

std::string name_in_mount(const mounted& o, std::string_view name) {
  if (is_private_xattr(o, name)) return {};
  if (!o.cfg.escapes_xattrs || !name.starts_with(xattr_name::escape_prefix.in(o))) return std::string(name);
  return std::string(xattr_name::prefix.in(o)) + std::string(name.substr(xattr_name::escape_prefix.in(o).size()));
}

void set_impure(context& c, mounted& o, std::uint32_t dir_dentry) {
  inode& dir = inode_of(o, dir_dentry);
  if (dir.impure) return;
  set_upper_xattr(c.w, o, dir.upper, xattr_name::impure, "y");
  dir.impure = true;
}

}  // namespace ovlsim::overlay
