// SPDX-License-Identifier: Apache-2.0
#include "overlay/redirect.hpp"

#include "overlay/log.hpp"
#include "overlay/real.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

/// No empty components in an absolute redirect, no slash in a relative one (ovl_get_redirect_xattr).
bool is_valid(std::string_view redirect) {
  if (redirect.empty()) return false;
  if (redirect.front() != '/') return redirect.find('/') == std::string_view::npos;
  return redirect.find("//") == std::string_view::npos && redirect.back() != '/';
}

/// ovl_need_absolute_redirect(): names of a lower hard link may lie in different directories.
bool needs_absolute_redirect(const world& w, const mounted& o, const inode& i, bool same_dir) {
  if (!same_dir) return true;
  if (i.type == file_type::dir || i.lower.empty()) return false;
  return i_nlink(w, lower_of(o, i.lower[0])) > 1;
}

/// ovl_get_redirect() of an absolute one: the names from the root down, each replaced by where its own lower is. Empty where it is too
/// long.
std::string absolute_redirect(const world& w, const mounted& o, std::uint32_t d) {
  constexpr std::size_t longest = 256;  // redirect_max
  std::string path;
  for (; d != root_dentry; d = o.dentries[d].parent) {
    const inode& i = inode_of(o, d);
    const std::string_view name = w.names.text(i.has_redirect ? i.redirect : o.dentries[d].name);
    path.insert(0, name);
    const bool absolute = name.front() == '/';
    if (!absolute) path.insert(0, 1, '/');
    if (path.size() > longest) return {};
    if (absolute) break;
  }
  return path;
}

}  // namespace

errc set_redirect(context& c, mounted& o, std::uint32_t d, bool same_dir) {
  inode& i = inode_of(o, d);
  const bool absolute = needs_absolute_redirect(c.w, o, i, same_dir);
  if (i.has_redirect && (!absolute || c.w.names.text(i.redirect).front() == '/')) return errc::ok;
  const std::string path = absolute ? absolute_redirect(c.w, o, d) : std::string(c.w.names.text(o.dentries[d].name));
  if (path.empty()) return errc::exdev;
  set_upper_xattr(c.w, o, i.upper, xattr_name::redirect, path);
  i.has_redirect = true;
  i.redirect = c.w.names.intern(path);
  return errc::ok;
}

void remember_lower(context& c, mounted& o, std::uint32_t d, bool same_dir) {
  const inode& i = inode_of(o, d);
  if (i.type == file_type::dir || decide(c, c.k.moved_file, {}) == moved_file_answer::forgets) return;
  if (!get_layer_xattr(c.w, o, {o.layers[0].fs, i.upper}, xattr_name::origin)) return;
  // Where nothing is below, no whiteout is left, and what appears there later is another name's: from here on the file has no lower.
  const bool remembered = !i.lower.empty() && set_redirect(c, o, d, same_dir) == errc::ok;
  if (!remembered) remove_upper_xattr(c.w, o, i.upper, xattr_name::origin);
}

result<redirect_found> check_redirect(context& c, const mounted& o, const real& r, std::string_view name,
                                      const redirect_position& at) {
  redirect_found out;
  const auto value = get_layer_xattr(c.w, o, r, xattr_name::redirect);
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

result<bool> check_metacopy(context& c, const mounted& o, const real& r, std::string_view name) {
  if (attributes(c.w, r).type != file_type::file) return false;
  const auto value = get_layer_xattr(c.w, o, r, xattr_name::metacopy);
  if (!value) return false;
  switch (decide(c, c.k.metacopy_value, {value->size()})) {
    case metacopy_value_answer::ok: return true;
    case metacopy_value_answer::ignored: return false;
    case metacopy_value_answer::too_small: break;
  }
  log::metacopy_too_small(c, name);
  return errc::eio;
}

}  // namespace ovlsim::overlay
