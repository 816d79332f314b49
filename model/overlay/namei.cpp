// SPDX-License-Identifier: Apache-2.0
//
// A name is looked up in the upper first and then down the parent's lower layers, until a whiteout, an opaque directory or
// something that is no directory ends the search. What was found on the way makes the overlay inode (inode_cache.cpp).
#include "overlay/namei.hpp"

#include <algorithm>
#include <string>

#include "backing/tree.hpp"
#include "overlay/index.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/options.hpp"
#include "overlay/origin.hpp"
#include "overlay/real.hpp"
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
  bool absolute_redirect = false;  ///< where a redirect was looked for last there was one, and absolute
  bool metacopy = false;
};

/// ovl_lookup_single(): one component in one directory of one layer. 0 where nothing is found.
result<ino_t64> lookup_single(context& c, mounted& o, search& s, std::uint32_t layer_index, ino_t64 base,
                              const redirect_position& at) {
  const std::string_view component = std::string_view(s.name).substr(at.begin, at.length);
  const bool last_element = at.begin + at.length == s.name.size();
  const real dir{o.layers[layer_index].fs, base};
  if (component == "." || component == "..") return errc::eacces;  // lookup_noperm_common(): in a redirect
  const std::optional<name_id> id = s.has_redirect ? c.w.names.find(component) : s.id;
  const result<real> looked_up = lookup_in(c, dir, component, id);
  if (!looked_up) return looked_up.error;
  const real r = looked_up.value;
  const ino_t64 ino = r.ino;
  if (ino == 0) return ino_t64{0};

  if (is_whiteout(c.w, o, r)) {
    s.stop = s.opaque = true;
    return ino_t64{0};
  }
  const file_type type = attributes(c.w, r).type;
  if (last_element && s.metacopy && type != file_type::file) {
    s.stop = true;
    return ino_t64{0};
  }
  if (type != file_type::dir) {
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
    if (is_trap(c.w, o, r)) {
      log::overlapping_layers(c, layer_index == 0, layer_pd2(c.w, dir), component, errc::eloop);
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
  s.absolute_redirect = redirect.value.found && redirect.value.absolute;  // a directory on the way that has none resets it
  if (redirect.value.found) {
    s.has_redirect = true;
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
  const std::uint32_t fs = o.layers[layer_index].fs;
  while (found != 0 && attributes(c.w, {fs, found}).type == file_type::dir) {
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
errc fix_origin(context& c, mounted& o, std::uint32_t parent, const lower_path& lower, ino_t64 upper) {
  if (get_layer_xattr(c.w, o, {o.layers[0].fs, upper}, xattr_name::origin)) return errc::ok;
  if (decide(c, c.k.fix_origin, {}) == fix_origin_answer::left) return errc::ok;
  const result<origin_to_store> origin = choose_origin(c, o, lower, false);
  if (!origin) return origin.error;
  store_origin(c, o, origin.value, upper);
  set_impure(c, o, parent);
  return errc::ok;
}

/// Whether the upper covers what the lower layers have at `path`, from the directory `dir` of the upper on: with a whiteout, or with something
/// that has no claim to it. A whiteout that a rename left may be gone: where nothing was below any more, none is left for it.
bool is_covered(const world& w, const mounted& o, ino_t64 dir, std::string_view path) {
  const backing::filesystem& fs = upper_fs(w, o);
  while (true) {
    if (path.starts_with('/')) path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::optional<name_id> id = w.names.find(path.substr(0, end));
    const backing::dirent* const entry = id ? backing::find_entry(fs, dir, *id) : nullptr;
    if (entry == nullptr) return false;
    const real r{o.layers[0].fs, entry->ino};
    path.remove_prefix(end);
    if (path.empty()) return !get_layer_xattr(w, o, r, xattr_name::origin) || get_layer_xattr(w, o, r, xattr_name::redirect);
    if (attributes(w, r).type != file_type::dir || opaque_value(w, o, r) == 'y') return true;
    dir = entry->ino;
  }
}

/// A candidate policy's answer to which lower a copied-up non-directory has, instead of what its origin means: what the lower layers have
/// under its name, or where its redirect says. With `agrees` that must be what the origin means, too; the handles are compared, none is
/// decoded.
std::optional<lower_path> lower_at_path(context& c, mounted& o, search s, std::uint32_t parent, inode_params& p, bool agrees) {
  const real upper{o.layers[0].fs, p.upper};
  if (!get_layer_xattr(c.w, o, upper, xattr_name::origin)) return std::nullopt;  // it was made here, or was a hard link
  const std::size_t length = s.name.size();
  const result<redirect_found> redirect = redirect_follow(o) ? check_redirect(c, o, upper, s.name, {0, length}) : redirect_found{};
  if (redirect && redirect.value.found) {
    s.has_redirect = p.has_redirect = true;
    s.name = redirect.value.name;
    p.redirect = c.w.names.intern(s.name);
    const ino_t64 from = redirect.value.absolute ? o.layers[0].root : inode_of(o, parent).upper;
    if (!is_covered(c.w, o, from, s.name)) return std::nullopt;
  }
  s.stop = s.opaque = false;
  const auto& stack = inode_of(o, s.name.front() == '/' ? root_dentry : parent).lower;
  for (std::size_t i = 0; !s.stop && i < stack.size(); ++i) {
    s.last = i + 1 == stack.size();
    const result<ino_t64> found = lookup_layer(c, o, s, stack[i].layer, stack[i].ino);
    if (!found) return std::nullopt;  // the upper is complete without it
    if (found.value == 0) continue;
    const lower_path lower{stack[i].layer, found.value};
    if (!has_type_of(c.w, o, upper, lower)) return std::nullopt;
    if (!agrees) return lower;
    const result<byte_string> fh = encode_stored_fh(c, o, lower_of(o, lower), false);
    const bool same = fh && verify_fh(c, o, upper, xattr_name::origin, backing::view(fh.value)) == errc::ok;
    return same ? std::optional(lower) : std::nullopt;
  }
  return std::nullopt;
}

/// ovl_check_origin(), and what candidate policies do in its place. The lower of a metacopy is what its path leads to in any case.
result<std::optional<lower_path>> find_origin(context& c, mounted& o, const search& s, std::uint32_t parent, inode_params& p) {
  const std::uint32_t links = attributes(c.w, {o.layers[0].fs, p.upper}).nlink;
  const origin_lookup_question q{.opts = in_force(o), .bad_origin = o.bad_origin, .upper_nlink = links};
  const origin_lookup_answer how = decide(c, c.k.origin_lookup, q);
  if (how == origin_lookup_answer::read) return check_origin(c, o, p.upper, p.upper_dentry);
  if (how == origin_lookup_answer::ignore || s.metacopy) return std::optional<lower_path>{};
  return lower_at_path(c, o, s, parent, p, how == origin_lookup_answer::agrees);
}

struct found_below {
  boost::container::small_vector<lower_path, 4> stack;
  bool upper_metacopy = false;
  bool lower_metacopy = false;         ///< one was met below the upper
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
    case refuse_answer::refuse_metacopy:
      // Once the data were found, the line began with "overlay: ", so it is none of those that begin with "overlayfs: ".
      if (ask.point != refuse_point::resolved) log::refusing_metacopy(c, pd2_of(c.w, o, p));
      break;
    case refuse_answer::refuse_redirect: log::refusing_redirect(c, pd2_of(c.w, o, p)); break;
  }
  return errc::eperm;
}

errc check_refusal(context& c, const mounted& o, const search& s, const found_below& found, const inode_params& p, refuse_point at) {
  return refuse(c, o, p,
                {.point = at,
                 .redirect = s.has_redirect && !redirect_follow(o),
                 .metacopy = (found.upper_metacopy || found.lower_metacopy || s.metacopy) && !o.cfg.metacopy});
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
  const result<byte_string> fh = encode_stored_fh(c, o, lower_of(o, lower), false);
  errc e = fh.error;
  if (fh) e = verify_fh(c, o, {o.layers[0].fs, upper}, xattr_name::origin, backing::view(fh.value));
  if (e != errc::ok) log::failed_to_verify(c, "origin", pd2(), fh ? i_ino(c.w, lower_of(o, lower)) : 0, e);
  return e;
}

/// Beyond what must_verify() asks for: a candidate policy's look at the origin of a directory, which is merged in any case.
template <class Pd2>
void check_dir_origin(context& c, mounted& o, ino_t64 upper, const lower_path& lower, const Pd2& pd2) {
  const origin_check_answer asked_for = decide(c, c.k.dir_origin_check, {.opts = in_force(o)});
  if (asked_for == origin_check_answer::none || o.noxattr || !can_decode_fh(c, o.layers[lower.layer].fs)) return;
  const errc e = verify_origin(c, o, upper, lower, pd2);
  if (e != errc::ok && asked_for == origin_check_answer::distrust) distrust_origins(c, o, "re-created lower");
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
    const std::string name = params.upper != 0 ? s.name : std::string();  // a redirect that is found changes it
    const result<ino_t64> found = lookup_layer(c, o, s, below.layer, below.ino);
    if (!found) return found.error;
    if (found.value == 0) continue;
    if (const errc e = check_refusal(c, o, s, out, params, refuse_point::found); e != errc::ok) return e;
    const lower_path lower{below.layer, found.value};
    if (params.upper != 0 && out.stack.empty() && s.is_dir && !o.noxattr) {
      if (const errc e = fix_origin(c, o, parent, lower, params.upper); e != errc::ok) return e;
    }
    if (params.upper != 0 && out.stack.empty()) {
      const auto pd2 = [&] { return found_pd2(c.w, o, below, name); };
      if (must_verify(o, s, out)) {
        const errc e = verify_origin(c, o, params.upper, lower, pd2);
        if (e != errc::ok && s.is_dir) break;  // not merged
        if (e != errc::ok) return e;
        out.origin = lower;
      } else if (s.is_dir) {
        check_dir_origin(c, o, params.upper, lower, pd2);
      }
    }
    out.lower_metacopy = out.lower_metacopy || s.metacopy;
    if (!s.metacopy || out.stack.empty()) {
      out.stack.push_back(lower);
    } else if (decide(c, c.k.middle_metacopy, {}) == middle_metacopy_answer::passed_over) {
      continue;
    }
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
  return check_refusal(c, o, s, out, params, refuse_point::resolved);
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
  if (!o.cfg.whiteout_xattr || i.type != file_type::file || !get_layer_xattr(w, o, r, xattr_name::whiteout).has_value()) return false;
  return size_of(w, r) == 0;
}

bool revalidate(context& c, const mounted& o, std::uint32_t d) {
  if (o.dentries[d].inode == none) return true;
  const inode& i = inode_of(o, d);
  const revalidate_question q{
      .opts = in_force(o), .is_dir = i.type == file_type::dir, .upper = i.upper != 0, .lower = !i.lower.empty()};
  return decide(c, c.k.revalidate, q) == revalidate_answer::valid;
}

result<std::uint32_t> lookup(context& c, mounted& o, std::uint32_t parent, name_id name) {
  const std::uint32_t d = cached(o, parent, name);
  if (d != none && is_valid(c, o, d)) return d;
  if (d != none) invalidate(c, o, d);
  return lookup_slow(c, o, parent, std::string(c.w.names.text(name)), name);  // names may move
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
      const result<std::optional<lower_path>> followed = find_origin(c, o, s, parent, params);
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
    below.origin = below.followed;
    params.followed = true;
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
  if (o.stack_depth > 1) reap_below(c.w, o);
  return d;
}

bool lower_positive(context& c, const mounted& o, std::uint32_t d) {
  const dentry& e = o.dentries[d];
  if (e.inode == none) return e.opaque;
  if (o.inodes[e.inode].upper == 0) return true;
  for (const lower_path& dir : inode_of(o, e.parent).lower) {
    const result<real> found = lookup_in(c, lower_of(o, dir), e.name);
    if (!found) return true;  // something is there that cannot be looked at
    if (found.value.ino != 0) return !is_whiteout(c.w, o, found.value);
  }
  return false;
}

}  // namespace ovlsim::overlay
