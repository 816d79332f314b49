// SPDX-License-Identifier: Apache-2.0
//
// The hash is by real inode, one namespace for all layers of the mount, layer roots (as traps) included.
#include "overlay/inode_cache.hpp"

#include <optional>

#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/nlink.hpp"
#include "overlay/options.hpp"
#include "overlay/origin.hpp"
#include "overlay/real.hpp"
#include "overlay/stat.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

inode_key_answer choose_key(context& c, const mounted& o, const inode_params& p) {
  inode_key_question q{.opts = in_force(o),
                       .overlay_has_upper = o.has_upper(),
                       .upper = p.upper != 0,
                       .lower = !p.lower.empty(),
                       .indexed = p.indexed};
  q.is_dir = attributes(c.w, p.upper != 0 ? real{o.layers[0].fs, p.upper} : lower_of(o, p.lower[0])).type == file_type::dir;
  if (q.lower) {
    const real lower = lower_of(o, p.lower[0]);
    q.lower_is_dir = attributes(c.w, lower).type == file_type::dir;
    q.lower_nlink = i_nlink(c.w, lower);
  }
  return decide(c, c.k.inode_key, q);
}

/// What is looked for: a lower, an upper (0: none), or both.
struct looked_up {
  std::optional<real> lower;
  ino_t64 upper = 0;
  bool strict = true;
};

verify_answer verify(context& c, const mounted& o, const inode& cached, const looked_up& what) {
  verify_question q{.is_dir = cached.type == file_type::dir,
                    .strict = what.strict,
                    .lower = what.lower.has_value(),
                    .upper = what.upper != 0,
                    .inode_lower = !cached.lower.empty(),
                    .inode_upper = cached.upper != 0};
  if (q.lower && q.inode_lower) q.same_lower = same_inode(c.w, lower_of(o, cached.lower[0]), *what.lower);
  q.same_upper = q.upper && cached.upper == what.upper;
  return decide(c, c.k.verify_inode, q);
}

looked_up by_lookup(const mounted& o, const inode_params& p) {
  looked_up what{.upper = p.upper};
  if (!p.lower.empty()) what.lower = lower_of(o, p.lower[0]);
  return what;
}

looked_up by_handle(const real& r, bool is_upper) {
  return is_upper ? looked_up{.lower = std::nullopt, .upper = r.ino, .strict = false} : looked_up{.lower = r, .strict = false};
}

/// ovl_check_origin_xattr(): a directory that was merged once may hold whiteouts.
bool was_merged(context& c, const mounted& o, const real& dir) {
  if (!get_layer_xattr(c.w, o, dir, xattr_name::origin)) return false;
  return decide(c, c.k.once_merged, {}) == once_merged_answer::merged;
}

inode_record::result refused(bool trap) { return trap ? inode_record::result::trap : inode_record::result::stale; }

/// Tells the observer. `slot`: the inode that is hashed by the key, none where there is none.
void tell(context& c, const mounted& o, const inode_params& p, const real_key& key, std::uint32_t slot, inode_record::result what) {
  if (c.seen == nullptr) return;
  inode_record r{.overlay = o.id, .parent = p.parent, .name = p.name, .upper = p.upper, .by_origin = p.followed, .key = key, .what = what};
  if (!p.lower.empty()) r.lower = p.lower[0];
  if (slot != none) {
    r.cached_upper = o.inodes[slot].upper;
    if (!o.inodes[slot].lower.empty()) r.cached_lower = o.inodes[slot].lower[0];
  }
  c.seen->looked_up(r);
}

/// ovl_check_protattr(), as far as it complains: that an upper is immutable or append-only is not modelled.
void check_protattr(context& c, const mounted& o, const inode_params& p) {
  constexpr std::size_t longest = 32;  // OVL_PROTATTR_MAX
  const std::uint32_t fs = o.layers[0].fs;
  const auto value = get_layer_xattr(c.w, o, {fs, p.upper}, xattr_name::protattr);
  if (!value || value->size() > longest || decide(c, c.k.protattr, {}) == protattr_answer::ignored) return;
  if (value->empty() || value->find_first_not_of("ai") != std::string_view::npos) {
    log::incompatible_protattr(c, dentry_pd2(c.w, fs, p.upper_dentry), value->size());
  }
}

std::uint32_t make(context& c, mounted& o, const inode_params& p, inode_key_answer by, const real_key& key) {
  const std::uint32_t slot = new_inode_slot(o);
  const real r = p.upper != 0 ? real{o.layers[0].fs, p.upper} : lower_of(o, p.lower[0]);
  const file_type type = attributes(c.w, r).type;
  const bool is_dir = type == file_type::dir;
  std::uint32_t fsid = 0;
  if (by != inode_key_answer::by_upper && !p.lower.empty()) fsid = o.layers[p.lower[0].layer].fsid;

  std::uint32_t nlink = 1;  // of a new inode (new_inode())
  if (by != inode_key_answer::unhashed && !is_dir) {
    nlink = i_nlink(c.w, r);
    const recorded_nlink links = get_nlink(c, o, p, nlink);
    if (links.error) log::failed_to_get_nlink(c, dentry_pd2(c.w, o.layers[0].fs, p.upper_dentry), *links.error);
    nlink = links.nlink;
  }

  inode& i = o.inodes[slot];
  i.type = type;
  i.mode = i_mode(c.w, r);  // ovl_inode_init()
  i.upper = p.upper;
  i.upper_dentry = p.upper_dentry;
  i.lower.assign(p.lower.begin(), p.lower.end());
  i.has_redirect = p.has_redirect;
  i.redirect = p.redirect;
  i.lowerdata_redirect = p.lowerdata_redirect;
  i.nlink = nlink;
  i.indexed = p.indexed;
  const const_ino_question keeps{.by_lower = by == inode_key_answer::by_lower, .lower = !p.lower.empty()};
  i.const_ino = decide(c, c.k.const_ino, keeps) == const_ino_answer::yes;
  i.impure = p.upper != 0 && is_impure_dir(c.w, o, p.upper);
  i.whiteouts = is_dir && ((p.upper != 0 && !p.lower.empty()) || p.lower.size() > 1 || was_merged(c, o, r));
  i.i_ino = map_i_ino(o, i_ino(c.w, by == inode_key_answer::by_lower ? lower_of(o, p.lower[0]) : r), fsid, is_dir);
  if (by != inode_key_answer::unhashed) {
    i.hashed_by = key;
    o.inode_hash.insert({key.fs, slot, key.ino});
  }
  if (p.upper != 0) check_protattr(c, o, p);
  return slot;
}

/// What comes of it that the cached inode has another upper than what was looked up, or none.
origin_conflict_answer resolve_conflict(context& c, const mounted& o, const inode_params& p, std::uint32_t cached) {
  if (cached == none || p.upper == 0 || o.inodes[cached].upper == p.upper) return origin_conflict_answer::estale;
  const inode& i = o.inodes[cached];
  const origin_conflict_question q{
      .opts = in_force(o), .is_dir = i.type == file_type::dir, .followed = p.followed, .inode_upper = i.upper != 0};
  return decide(c, c.k.origin_conflict, q);
}

/// The lookup again, without the origin and hashed by the upper.
result<std::uint32_t> get_inode_by_upper(context& c, mounted& o, inode_params p) {
  if (p.followed) p.lower.clear();
  const real_key key{o.layers[0].fs, p.upper};
  const hashed_inode* h = o.inode_hash.find(key);
  if (h == nullptr) {
    tell(c, o, p, key, none, inode_record::result::made);
    return make(c, o, p, inode_key_answer::by_upper, key);
  }
  const bool trap = h->inode == none;
  const bool same = !trap && verify(c, o, o.inodes[h->inode], by_lookup(o, p)) == verify_answer::same;
  tell(c, o, p, key, h->inode, same ? inode_record::result::found : refused(trap));
  return same ? result<std::uint32_t>(h->inode) : errc::estale;
}

}  // namespace

result<std::uint32_t> get_inode(context& c, mounted& o, const inode_params& p) {
  inode_key_answer by = choose_key(c, o, p);
  // A rule that somebody is trying out may choose what is not there.
  if (by == inode_key_answer::by_upper ? p.upper == 0 : p.lower.empty() && by == inode_key_answer::by_lower) by = inode_key_answer::unhashed;
  real_key key;
  if (by == inode_key_answer::by_upper) key = {o.layers[0].fs, p.upper};
  if (by == inode_key_answer::by_lower) key = key_of(c.w, lower_of(o, p.lower[0]));
  if (by != inode_key_answer::unhashed) {
    if (const hashed_inode* h = o.inode_hash.find(key)) {
      // A trap has neither upper nor lower, so nothing that is looked up is the same.
      const bool trap = h->inode == none;
      if (trap || verify(c, o, o.inodes[h->inode], by_lookup(o, p)) == verify_answer::stale) {
        const origin_conflict_answer conflict = resolve_conflict(c, o, p, h->inode);
        if (conflict != origin_conflict_answer::by_upper) tell(c, o, p, key, h->inode, refused(trap));
        if (conflict != origin_conflict_answer::estale) distrust_origins(c, o, "upper inode conflict");
        result<std::uint32_t> own = errc::estale;
        if (conflict == origin_conflict_answer::by_upper) own = get_inode_by_upper(c, o, p);
        const bool logged = !own && decide(c, c.k.inode_failure_log, {}) == inode_failure_log_answer::logged;
        if (logged) log::failed_to_get_inode(c, own.error);
        return own;
      }
      tell(c, o, p, key, h->inode, inode_record::result::found);
      return h->inode;
    }
  }
  tell(c, o, p, key, none, inode_record::result::made);
  return make(c, o, p, by, key);
}

result<std::uint32_t> lookup_inode(context& c, const mounted& o, const real& r, bool is_upper) {
  const hashed_inode* h = o.inode_hash.find(key_of(c.w, r));
  if (h == nullptr) return none;
  if (h->inode == none) return errc::estale;  // a trap
  if (verify(c, o, o.inodes[h->inode], by_handle(r, is_upper)) == verify_answer::stale) return errc::estale;
  return h->inode;
}

bool set_trap(context& c, mounted& o, const real& dir) {
  if (decide(c, c.k.layer_traps, {}) == layer_traps_answer::none) return true;
  const real_key key = key_of(c.w, dir);
  if (o.inode_hash.find(key) != nullptr) return false;
  o.inode_hash.insert({key.fs, none, key.ino});
  return true;
}

void clear_trap(mounted& o, const real& dir) { o.inode_hash.erase(real_key{dir.fs, dir.ino}); }

bool is_trap(const world& w, const mounted& o, const real& dir) {
  const hashed_inode* h = o.inode_hash.find(key_of(w, dir));
  return h != nullptr && h->inode == none;
}

void hash_copied_up(context& c, mounted& o, std::uint32_t slot) {
  inode& i = o.inodes[slot];
  if (i.type == file_type::dir) return;
  if (i.hashed_by.fs != none) {
    if (decide(c, c.k.copied_up_key, {in_force(o)}) == copied_up_key_answer::by_lower) return;
    o.inode_hash.erase(i.hashed_by);
  }
  i.hashed_by = {o.layers[0].fs, i.upper};
  if (o.inode_hash.find(i.hashed_by) == nullptr) o.inode_hash.insert({i.hashed_by.fs, slot, i.hashed_by.ino});
}

}  // namespace ovlsim::overlay
