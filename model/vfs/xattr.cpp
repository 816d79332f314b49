// SPDX-License-Identifier: Apache-2.0
//
// Extended attributes (fs/xattr.c), and what overlayfs makes of them (fs/overlayfs/xattrs.c). Names and values were checked for size
// before the path was walked.
#include <algorithm>

#include "backing/xattr_rules.hpp"
#include "overlay/copy_up.hpp"
#include "overlay/real.hpp"
#include "overlay/xattrs.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

using backing::xattr_use;

/// The name that the attribute has on the layers.
result<std::string> real_name(const context& c, const node& n, std::string_view name) {
  if (!n.on_overlay) return std::string(name);
  return overlay::name_on_layer(*c.w.overlays[n.where], name);
}

/// What is asked: the node itself, or what an overlay has behind it.
overlay::real asked_of(const context& c, const node& n) {
  if (!n.on_overlay) return {n.where, n.ino};
  const overlay::mounted& o = *c.w.overlays[n.where];
  return overlay::real_of(o, overlay::inode_of(o, n.dentry));
}

/// vfs_getxattr() on that.
result<std::string> get_real(const context& c, const node& n, std::string_view name) {
  const result<std::string_view> value = overlay::get_xattr(c.w, asked_of(c, n), name);
  return value ? result<std::string>(std::string(value.value)) : value.error;
}

/// ovl_xattr_set(): copies up only an inode without an upper. Another name of one that has an upper is not linked, as chmod would.
errc copy_up_if_overlay(context& c, const node& n) {
  if (!n.on_overlay || overlay::inode_of(*c.w.overlays[n.where], n.dentry).upper != 0) return errc::ok;
  return overlay::copy_up(c, c.w.overlays[n.where].change(), n.dentry, overlay::copy_up_for::metadata);
}

/// ovl_set_or_remove_acl() without an ACL, and vfs_remove_acl() on a backing filesystem.
errc remove_acl(context& c, const node& n) {
  if (type_of(c, n) == file_type::symlink) return errc::eopnotsupp;
  const overlay::real r = asked_of(c, n);
  const bool no_acls = !overlay::is_overlay(r.fs) && c.w.filesystems[r.fs]->type == fs_type::squashfs;
  return no_acls ? errc::eopnotsupp : copy_up_if_overlay(c, n);
}

}  // namespace

errc setxattr(context& c, const node& n, std::string_view name, std::string_view value) {
  if (const errc e = want_write(c, n); e != errc::ok) return e;
  const file_type type = type_of(c, n);
  errc e = backing::check_xattr_kind(name, type, xattr_use::set);
  if (e == errc::ok) e = backing::check_xattr_value(name, value, type);
  if (e != errc::ok) return e;
  if (backing::is_acl(name)) return remove_acl(c, n);
  const result<std::string> stored = real_name(c, n, name);
  if (!stored) return stored.error;
  if (const errc copied = copy_up_if_overlay(c, n); copied != errc::ok) return copied;
  const real_inode r = real_of(c, n);
  backing::filesystem& fs = c.w.filesystems[r.fs].change();
  copy_attributes(c, n);
  e = backing::check_xattr_name(fs, stored.value, type, xattr_use::set);
  if (e != errc::ok) return e;
  backing::set_xattr(fs, r.ino, c.w.names.intern(stored.value), value);
  return errc::ok;
}

result<std::string> getxattr(const context& c, const node& n, std::string_view name) {
  const errc e = backing::check_xattr_kind(name, type_of(c, n), xattr_use::get);
  if (e != errc::ok) return e;
  if (n.on_overlay && backing::is_acl(name)) {  // do_ovl_get_acl(): a layer without ACLs has none to show
    return type_of(c, n) == file_type::symlink ? errc::eopnotsupp : errc::enodata;
  }
  const result<std::string> stored = real_name(c, n, name);
  if (!stored) return stored.error;
  return get_real(c, n, stored.value);
}

errc removexattr(context& c, const node& n, std::string_view name) {
  if (const errc e = want_write(c, n); e != errc::ok) return e;
  const file_type type = type_of(c, n);
  errc e = backing::check_xattr_kind(name, type, xattr_use::remove);
  if (e != errc::ok) return e;
  if (backing::is_acl(name)) return remove_acl(c, n);
  const result<std::string> stored = real_name(c, n, name);
  if (!stored) return stored.error;
  if (n.on_overlay && overlay::inode_of(*c.w.overlays[n.where], n.dentry).upper == 0) {  // ovl_xattr_set()
    const result<std::string> there = get_real(c, n, stored.value);
    if (!there) return there.error;
  }
  if (const errc copied = copy_up_if_overlay(c, n); copied != errc::ok) return copied;
  const real_inode r = real_of(c, n);
  backing::filesystem& fs = c.w.filesystems[r.fs].change();
  copy_attributes(c, n);
  e = backing::check_xattr_name(fs, stored.value, type, xattr_use::remove);
  if (e != errc::ok) return e;
  const std::optional<name_id> id = c.w.names.find(stored.value);
  return id && backing::remove_xattr(fs, r.ino, *id) ? errc::ok : errc::enodata;
}

result<std::vector<std::string>> listxattr(const context& c, const node& n) {
  result<std::vector<std::string>> listed = overlay::list_xattrs(c.w, asked_of(c, n));
  if (!listed) return listed.error;
  std::vector<std::string> names;
  for (std::string& name : listed.value) {
    std::string shown = n.on_overlay ? overlay::name_in_mount(*c.w.overlays[n.where], name) : std::move(name);
    if (!shown.empty()) names.push_back(std::move(shown));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace ovlsim::vfs
