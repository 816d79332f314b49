// SPDX-License-Identifier: Apache-2.0
#include "overlay/lowerdata.hpp"

#include "overlay/log.hpp"
#include "overlay/real.hpp"

namespace ovlsim::overlay {

namespace {

/// ovl_lookup_data_layer(): the regular file at an absolute path below the layer's root, through no symlink (one at the end is not followed,
/// and no regular file) and not above the root.
result<ino_t64> lookup_data_layer(context& c, const layer& l, std::string_view path) {
  real at{l.fs, l.root};
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size());
    const file_type type = attributes(c.w, at).type;
    if (type == file_type::symlink) return errc::eloop;
    if (type != file_type::dir) return errc::enotdir;
    if (name == ".") continue;
    if (name.size() > namelen_of(c.w, l.fs)) return errc::enametoolong;
    if (name == "..") {
      if (at.ino == l.root) return errc::exdev;
      at = parent_of(c.w, at);
      continue;
    }
    const result<real> found = lookup_in(c, at, name, c.w.names.find(name));
    if (!found) return found.error;
    at = found.value;
    if (at.ino == 0) return errc::enoent;
  }
  return attributes(c.w, at).type == file_type::file ? result<ino_t64>(at.ino) : errc::enoent;
}

/// ovl_lookup_data_layers().
result<lower_path> lookup_data_layers(context& c, const mounted& o, std::string_view path) {
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
  const std::string redirect(c.w.names.text(i.lowerdata_redirect));  // names may move
  const result<lower_path> found = lookup_data_layers(c, o, redirect);
  if (!found) {
    log::lazy_lowerdata_failed(c, pd2(c.w, o, d), found.error);
    return found.error;
  }
  inode_of(o, d).lower.back() = found.value;
  return errc::ok;
}

}  // namespace ovlsim::overlay
