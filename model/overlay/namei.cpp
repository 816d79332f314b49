// SPDX-License-Identifier: Apache-2.0
//
// A name is looked up in the upper first and then down the parent's lower layers, until a whiteout, an opaque directory or
// something that is no directory ends the search. What was found on the way makes the overlay inode (inode_cache.cpp).
#include "overlay/namei.hpp"

#include <string>

#include "backing/tree.hpp"
#include "overlay/index.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/options.hpp"
#include "overlay/origin.hpp"
#include "overlay/redirect.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

/// struct ovl_lookup_data: what the search carries from layer to layer.
struct search {
  std::string name;        ///< one component, or an absolute path after a redirect
  std::optional<name_id> id;  ///< of `name`, while no redirect has changed it and if any file has it
  bool is_dir = false;     ///< a directory was found
  bool opaque = false;     ///< the last layer looked at says that nothing below counts
  bool stop = false;       ///< do not look further down
  bool last = false;       ///< no layer follows: opaque and redirect need not be read
  bool has_redirect = false;
  bool absolute_redirect = false;  ///< the last redirect that was met
  bool metacopy = false;
};

/// ovl_lookup_single(): one component in one directory of one layer. 0 where nothing is found.
result<ino_t64> lookup_single(context& c, mounted& o, search& s, std::uint32_t layer_index, ino_t64 base,
                              const redirect_position& at) {
  const std::string_view component = std::string_view(s.name).substr(at.begin, at.length);
  const bool last_element = at.begin + at.length == s.name.size();
  const std::uint32_t fs_index = o.layers[layer_index].fs;
  const backing::filesystem& fs = *c.w.filesystems[fs_index];
  if (component == "." || component == "..") return errc::eacces;  // lookup_noperm_common(): in a redirect
  const std::optional<name_id> id = s.has_redirect ? c.w.names.find(component) : s.id;
  const ino_t64 ino = id ? backing::lookup(fs, base, *id) : 0;
  if (ino == 0) return ino_t64{0};

  const real r{fs_index, ino};
  if (is_whiteout(c.w, o, r)) {
    s.stop = s.opaque = true;
    return ino_t64{0};
  }
  const backing::inode& found = *backing::find(fs, ino);
  if (last_element && s.metacopy && found.type != file_type::file) {
    s.stop = true;
    return ino_t64{0};
  }
  if (found.type != file_type::dir) {
    if (s.is_dir || !last_element) {
      s.stop = true;
      return ino_t64{0};
    }
    const result<bool> metacopy = check_metacopy(c, o, r, component);
    if (!metacopy) return metacopy.error;
    s.metacopy = metacopy.value;
    s.stop = !s.metacopy;
    if (!s.metacopy || s.last) return ino;
  } else {
    if (is_trap(o, r)) {
      log::overlapping_layers(c, layer_index == 0, layer_pd2(c.w, {fs_index, base}), component, errc::eloop);
      return errc::eloop;
    }
    if (last_element) s.is_dir = true;
    if (s.last) return ino;
    if (opaque_value(c.w, o, r) == 'y') {
      s.stop = true;
      if (last_element) s.opaque = true;
      return ino;
    }
  }
  const result<redirect_found> redirect = check_redirect(c, o, r, s.name, at);
  if (!redirect) return redirect.error;
  if (redirect.value.found) {
    s.has_redirect = true;
    s.absolute_redirect = redirect.value.absolute;
    if (redirect.value.absolute) s.stop = false;
    s.name = redirect.value.name;
  }
  return ino;
}

/// ovl_lookup_layer(): a plain name, or an absolute path from the layer's root on.
result<ino_t64> lookup_layer(context& c, mounted& o, search& s, std::uint32_t layer_index, ino_t64 base) {
  if (s.name.front() != '/') return lookup_single(c, o, s, layer_index, base, {0, s.name.size()});
  std::size_t remaining = s.name.size() - 1;  // counted from the end: a redirect may change what lies before
  ino_t64 found = base;
  const backing::filesystem& fs = *c.w.filesystems[o.layers[layer_index].fs];
  while (found != 0 && backing::find(fs, found)->type == file_type::dir) {
    const std::size_t begin = s.name.size() - remaining;
    const std::size_t slash = s.name.find('/', begin);
    const std::size_t length = (slash == std::string::npos ? s.name.size() : slash) - begin;
    const result<ino_t64> next = lookup_single(c, o, s, layer_index, found, {begin, length});
    if (!next) return next.error;
    found = next.value;
    if (slash == std::string::npos) return found;
    remaining -= length + 1;
    if (remaining >= s.name.size()) return errc::eio;
  }
  return ino_t64{0};
}

/// ovl_fix_origin(): an upper directory without an origin gets that of the lower it merges with.
void fix_origin(context& c, mounted& o, std::uint32_t parent, const lower_path& lower, ino_t64 upper) {
  if (get_layer_xattr(c.w, o, {o.layers[0].fs, upper}, xattr_name::origin)) return;
  store_origin(c, o, lower, upper, false);
  set_impure(c, o, parent);
}

struct found_below {
  boost::container::small_vector<lower_path, 4> stack;
  bool upper_metacopy = false;
  bool redirected = false;             ///< a redirect was met on the way
  name_id lowerdata_redirect{};        ///< where the data is that the last of `stack` keeps a place for
  std::optional<lower_path> followed;  ///< what the upper's stored origin means
  std::optional<lower_path> origin;    ///< what an index entry would be of: found and, where that is asked for, verified
};

/// What is looked up, as the kernel prints `%pd2` of its dentry.
std::string pd2_of(const world& w, const mounted& o, const inode_params& p) {
  const std::string_view dir = p.parent == root_dentry ? std::string_view{} : w.names.text(o.dentries[p.parent].name);
  return std::string(dir).append("/").append(p.name);
}

/// A redirect or metacopy that this mount does not follow: what the kernel's rule says of it.
errc refuse(context& c, const mounted& o, const inode_params& p, const refuse_question& ask) {
  if (!ask.redirect && !ask.metacopy) return errc::ok;
  switch (decide(c, c.k.refuse, ask)) {
    case refuse_answer::go_on: return errc::ok;
    case refuse_answer::refuse_metacopy: log::refusing_metacopy(c, pd2_of(c.w, o, p)); break;
    case refuse_answer::refuse_redirect: log::refusing_redirect(c, pd2_of(c.w, o, p)); break;
  }
  return errc::eperm;
}

errc check_refusal(context& c, const mounted& o, const search& s, const found_below& found, const inode_params& p, refuse_point at) {
  return refuse(c, o, p,
                {.point = at,
                 .redirect = s.has_redirect && !redirect_follow(o),
                 .metacopy = (found.upper_metacopy || s.metacopy) && !o.cfg.metacopy});
}

/// Whether the origin of an upper must be what the path leads to in the first layer that has the name.
bool must_verify(const mounted& o, const search& s, const found_below& found) {
  return s.is_dir ? index_all(o) : o.cfg.index && found.followed.has_value();
}

/// What a search for `name` (one component, or an absolute path) from `below` has found, as `%pd2` prints it.
std::string found_pd2(const world& w, const mounted& o, const lower_path& below, std::string_view name) {
  const std::size_t slash = name.rfind('/');
  const bool is_path = slash != std::string_view::npos;
  if (is_path && slash > 0) {
    const std::string_view above = name.substr(0, slash);
    return std::string(above.substr(above.rfind('/') + 1)).append(name.substr(slash));
  }
  const layer& l = o.layers[below.layer];
  const std::string dir = layer_pd2(w, is_path ? real{l.fs, l.root} : lower_of(o, below));
  return dir.substr(dir.rfind('/') + 1).append("/").append(is_path ? name.substr(1) : name);
}

/// ovl_verify_origin(): is `lower` the origin that the upper has stored? `pd2` tells the log its name.
template <class Pd2>
errc verify_origin(context& c, const mounted& o, ino_t64 upper, const lower_path& lower, const Pd2& pd2) {
  const byte_string fh = encode_stored_fh(c.w, o, lower_of(o, lower), false);
  const errc e = verify_fh(c, o, {o.layers[0].fs, upper}, xattr_name::origin, backing::view(fh));
  if (e != errc::ok) log::failed_to_verify(c, "origin", pd2(), lower.ino, e);
  return e;
}

/// Whether redirects are read at all: where they are followed, and into data-only layers where those need no metacopy=on.
bool looks_for_redirects(context& c, const mounted& o) {
  if (redirect_follow(o)) return true;
  return o.data_layers != 0 && decide(c, c.k.data_layers, {}) == data_layers_answer::alone;
}

/// The loop over the lower layers in ovl_lookup().
errc lookup_lowers(context& c, mounted& o, search& s, std::uint32_t parent, const inode_params& params, found_below& out) {
  const auto& root_stack = o.inodes[o.dentries[root_dentry].inode].lower;
  const auto* stack = &inode_of(o, parent).lower;
  bool from_root = parent == root_dentry;
  if (s.has_redirect && s.name.front() == '/') {
    from_root = true;
    stack = &root_stack;
  }
  const bool follow = looks_for_redirects(c, o);
  for (std::size_t i = 0; !s.stop && i < stack->size(); ++i) {
    const lower_path below = (*stack)[i];
    if (!follow) {
      s.last = i + 1 == stack->size();
    } else if (s.is_dir || o.data_layers == 0) {
      s.last = below.layer == merged_layers(o) - 1;
    }
    if (const errc e = check_refusal(c, o, s, out, params, refuse_point::before_layer); e != errc::ok) return e;
    const std::string name = o.cfg.index ? s.name : std::string();  // a redirect that is found changes it
    const result<ino_t64> found = lookup_layer(c, o, s, below.layer, below.ino);
    if (!found) return found.error;
    if (found.value == 0) continue;
    if (const errc e = check_refusal(c, o, s, out, params, refuse_point::found); e != errc::ok) return e;
    const lower_path lower{below.layer, found.value};
    if (params.upper != 0 && out.stack.empty() && s.is_dir && !o.noxattr) fix_origin(c, o, parent, lower, params.upper);
    if (params.upper != 0 && out.stack.empty() && must_verify(o, s, out)) {
      const errc e = verify_origin(c, o, params.upper, lower, [&] { return found_pd2(c.w, o, below, name); });
      if (e != errc::ok && s.is_dir) break;  // not merged
      if (e != errc::ok) return e;
      out.origin = lower;
    }
    if (!(s.metacopy && !out.stack.empty())) out.stack.push_back(lower);
    if (const errc e = check_refusal(c, o, s, out, params, refuse_point::taken); e != errc::ok) return e;
    if (s.stop) break;
    if (s.has_redirect && s.name.front() == '/' && !from_root) {
      from_root = true;
      stack = &root_stack;
      i = below.layer - 1;
    }
  }
  if (s.metacopy && !out.stack.empty() && o.data_layers != 0 && s.absolute_redirect) {
    // The data is looked up when it is needed (verify_lowerdata): a place is kept for it.
    out.stack.push_back({});
    out.lowerdata_redirect = c.w.names.intern(s.name);
    return errc::ok;
  }
  if (const errc e = check_refusal(c, o, s, out, params, refuse_point::after_layers); e != errc::ok) return e;
  if (s.metacopy || (out.upper_metacopy && out.stack.empty())) {
    const bool logged = decide(c, c.k.lost_metacopy_log, {}) == lost_metacopy_log_answer::logged;
    if (logged) log::metacopy_without_data(c, pd2_of(c.w, o, params));
    return errc::eio;
  }
  return errc::ok;
}

/// The index lookup at the end of ovl_lookup(): another name of the lower may have been copied up.
errc take_from_index(context& c, mounted& o, inode_params& p, found_below& below) {
  if (!below.origin || indexdir_of(o) == 0) return errc::ok;
  const real origin = lower_of(o, *below.origin);
  if (attributes(c.w, origin).type == file_type::dir && !index_all(o)) return errc::ok;
  const result<backing::dirent> index = lookup_index(c, o, p.upper, origin, true);
  if (!index) return index.error;
  if (index.value.ino == 0) return errc::ok;
  p.indexed = true;
  if (p.upper != 0) return errc::ok;
  const real upper{o.layers[0].fs, index.value.ino};
  const result<redirect_found> redirect = check_redirect(c, o, upper, "", {});
  if (!redirect) return redirect.error;
  const result<bool> metacopy = check_metacopy(c, o, upper, p.name);
  if (!metacopy) return metacopy.error;
  const refuse_question ask{.point = refuse_point::in_index,
                            .redirect = (below.redirected || redirect.value.found) && !redirect_follow(o),
                            .metacopy = metacopy.value && !o.cfg.metacopy};
  if (const errc e = refuse(c, o, p, ask); e != errc::ok) return e;
  p.upper = index.value.ino;
  p.upper_dentry = index.value.dentry;
  p.has_redirect = redirect.value.found;
  if (p.has_redirect) p.redirect = c.w.names.intern(redirect.value.name);
  below.upper_metacopy = metacopy.value;
  return errc::ok;
}

}  // namespace

bool is_whiteout(const world& w, const mounted& o, const real& r) {
  const backing::inode& i = attributes(w, r);
  if (i.type == file_type::chr) return true;
  return o.cfg.whiteout_xattr && i.type == file_type::file && i.size == 0 && get_layer_xattr(w, o, r, xattr_name::whiteout).has_value();
}

result<std::uint32_t> lookup(context& c, mounted& o, std::uint32_t parent, name_id name) {
  const std::uint32_t d = cached(o, parent, name);
  return d != none ? d : lookup_slow(c, o, parent, std::string(c.w.names.text(name)), name);  // names may move
}

result<std::uint32_t> lookup_slow(context& c, mounted& o, std::uint32_t parent, std::string_view name,
                                  std::optional<name_id> id) {
  if (name.size() > o.namelen) return errc::enametoolong;
  search s;
  s.name = name;
  s.id = id;
  s.last = !looks_for_redirects(c, o) && inode_of(o, parent).lower.empty();
  inode_params params;
  params.parent = parent;
  params.name = name;
  found_below below;
  bool upper_opaque = false;
  if (const ino_t64 dir = inode_of(o, parent).upper; dir != 0) {
    const result<ino_t64> found = lookup_layer(c, o, s, 0, dir);
    if (!found) return found.error;
    params.upper = found.value;
    if (params.upper != 0) params.upper_dentry = backing::find_entry(upper_fs(c.w, o), dir, *id)->dentry;
    if (params.upper != 0 && !s.is_dir) {
      const result<std::optional<lower_path>> followed = check_origin(c, o, params.upper, params.upper_dentry);
      if (!followed) return followed.error;
      below.followed = followed.value;
      below.upper_metacopy = s.metacopy;
    }
    if (s.has_redirect) {
      params.has_redirect = true;
      params.redirect = c.w.names.intern(s.name);
    }
    upper_opaque = s.opaque;
  }
  if (const errc e = lookup_lowers(c, o, s, parent, params, below); e != errc::ok) return e;
  if (!s.is_dir && params.upper != 0 && below.stack.empty() && below.followed) {
    below.stack.push_back(*below.followed);
    params.by_origin = true;
    below.origin = below.followed;
  }
  if (params.upper == 0 && !below.stack.empty()) below.origin = below.stack[0];
  below.redirected = s.has_redirect;
  params.lower = below.stack;
  params.lowerdata_redirect = below.lowerdata_redirect;
  const bool upper_alias = params.upper != 0;
  if (const errc e = take_from_index(c, o, params, below); e != errc::ok) return e;

  std::uint32_t slot = none;
  if (params.upper != 0 || !params.lower.empty()) {
    const result<std::uint32_t> got = get_inode(c, o, params);
    if (!got) return got.error;
    slot = got.value;
    if (params.upper != 0 && !below.upper_metacopy) o.inodes[slot].upperdata = true;
  }
  const std::uint32_t d = add_dentry(o, parent, id ? *id : c.w.names.intern(name));
  o.dentries[d].opaque = upper_opaque;
  o.dentries[d].upper_alias = upper_alias;
  if (slot != none) instantiate(o, d, slot);
  return d;
}

bool lower_positive(const context& c, const mounted& o, std::uint32_t d) {
  const dentry& e = o.dentries[d];
  if (e.inode == none) return e.opaque;
  if (o.inodes[e.inode].upper == 0) return true;
  for (const lower_path& dir : inode_of(o, e.parent).lower) {
    const real below = lower_of(o, dir);
    const ino_t64 ino = backing::lookup(*c.w.filesystems[below.fs], below.ino, e.name);
    if (ino != 0) return !is_whiteout(c.w, o, {below.fs, ino});
  }
  return false;
}

}  // namespace ovlsim::overlay
