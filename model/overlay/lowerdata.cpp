// SPDX-License-Identifier: Apache-2.0
#include "overlay/lowerdata.hpp"

#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/log.hpp"

namespace ovlsim::overlay {

namespace {

/// ovl_lookup_data_layer(): the regular file at an absolute path below the layer's root, through no symlink and not above the root.
result<ino_t64> lookup_data_layer(const context& c, const layer& l, std::string_view path) {
  const backing::filesystem& fs = *c.w.filesystems[l.fs];
  ino_t64 at = l.root;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size());
    const file_type type = backing::find(fs, at)->type;
    if (type == file_type::symlink) return errc::eloop;
    if (type != file_type::dir) return errc::enotdir;
    if (name == ".") continue;
    if (name.size() > backing::traits_of(fs).namelen) return errc::enametoolong;
    if (name == "..") {
      if (at == l.root) return errc::exdev;
      at = backing::parent_of(fs, at);
      continue;
    }
    const std::optional<name_id> id = c.w.names.find(name);
    at = id ? backing::lookup(fs, at, *id) : 0;
    if (at == 0) return errc::enoent;
  }
  const file_type type = backing::find(fs, at)->type;
  if (type == file_type::symlink) return errc::eloop;
  return type == file_type::file ? result<ino_t64>(at) : errc::enoent;
}

/// ovl_lookup_data_layers().
result<lower_path> lookup_data_layers(const context& c, const mounted& o, std::string_view path) {
  errc e = errc::enoent;
  for (std::uint32_t n = static_cast<std::uint32_t>(merged_layers(o)); n < o.layers.size(); ++n) {
    const result<ino_t64> found = lookup_data_layer(c, o.layers[n], path);
    if (found) return lower_path{n, found.value};
    e = found.error;
  }
  return e;
}

}  // namespace

errc verify_lowerdata(context& c, mounted& o, std::uint32_t d) {
  const inode& i = inode_of(o, d);
  if (!needs_lowerdata(i)) return errc::ok;
  const result<lower_path> found = lookup_data_layers(c, o, c.w.names.text(i.lowerdata_redirect));
  if (!found) {
    log::lazy_lowerdata_failed(c, pd2(c.w, o, d), found.error);
    return found.error;
  }
  inode_of(o, d).lower.back() = found.value;
  return errc::ok;
}

}  // namespace ovlsim::overlay
