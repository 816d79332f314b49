// SPDX-License-Identifier: Apache-2.0
#include "overlay/redirect.hpp"

#include "backing/tree.hpp"
#include "overlay/log.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

/// No empty components in an absolute redirect, no slash in a relative one (ovl_get_redirect_xattr).
bool is_valid(std::string_view redirect) {
  if (redirect.empty()) return false;
  if (redirect.front() != '/') return redirect.find('/') == std::string_view::npos;
  return redirect.find("//") == std::string_view::npos && redirect.back() != '/';
}

constexpr std::size_t metacopy_min_size = 4;  // OVL_METACOPY_MIN_SIZE

}  // namespace

result<redirect_found> check_redirect(context& c, const real& r, std::string_view name, const redirect_position& at) {
  redirect_found out;
  const auto value = get_layer_xattr(c.w, r, xattr_name::redirect);
  if (!value) return out;
  const std::string_view text = value->substr(0, value->find('\0'));  // the kernel reads a C string
  if (!is_valid(text)) {
    log::invalid_redirect(c, value->empty() ? std::string_view("(null)") : text);
    return errc::einval;
  }
  out.found = true;
  out.absolute = text.front() == '/';
  if (!out.absolute) out.name = name.substr(0, at.begin);
  out.name += text;
  out.name += name.substr(at.begin + at.length);
  return out;
}

result<bool> check_metacopy(context& c, const real& r, std::string_view name) {
  if (attributes(c.w, r).type != file_type::file) return false;
  const auto value = get_layer_xattr(c.w, r, xattr_name::metacopy);
  if (!value) return false;
  if (value->empty()) return true;
  if (value->size() < metacopy_min_size) {
    log::metacopy_too_small(c, name);
  } else if (value->front() != 0) {
    log::metacopy_unsupported_version(c, name);
  } else if (static_cast<unsigned char>((*value)[1]) != value->size()) {
    log::metacopy_invalid_size(c, name);
  } else {
    return true;
  }
  return errc::eio;
}

std::string upper_dentry_pd2(const world& w, const mounted& o, std::uint32_t parent, std::string_view name) {
  const backing::filesystem& fs = *w.filesystems[o.layers[0].fs];
  const ino_t64 dir = inode_of(o, parent).upper;
  std::string text;
  for (const backing::dirent& e : fs.entries) {
    if (e.ino == dir) text = w.names.text(e.name);
  }
  return text + "/" + std::string(name);
}

}  // namespace ovlsim::overlay
