// SPDX-License-Identifier: Apache-2.0
//
// The hash is by real inode, one namespace for all layers of the mount, layer roots (as traps) included.
#include "overlay/inode_cache.hpp"

#include <optional>

#include "backing/tree.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/nlink.hpp"
#include "overlay/options.hpp"
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
  if (q.lower) {
    const backing::inode& l = attributes(c.w, lower_of(o, p.lower[0]));
    q.lower_is_dir = l.type == file_type::dir;
    q.lower_nlink = l.nlink;
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
  if (q.lower && q.inode_lower) {
    const real lower = lower_of(o, cached.lower[0]);
    q.same_lower = lower.fs == what.lower->fs && lower.ino == what.lower->ino;
  }
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

/// Tells the observer. `slot`: the inode that is hashed by the key, none where there is none.
void tell(context& c, const mounted& o, const inode_params& p, const real_key& key, std::uint32_t slot, inode_record::result what) {
  if (c.seen == nullptr) return;
  inode_record r{.overlay = o.name, .parent = p.parent, .name = p.name, .upper = p.upper, .by_origin = p.by_origin, .key = key, .what = what};
  if (!p.lower.empty()) r.lower = p.lower[0];
  if (slot != none) {
    r.cached_upper = o.inodes[slot].upper;
    if (!o.inodes[slot].lower.empty()) r.cached_lower = o.inodes[slot].lower[0];
  }
  c.seen->looked_up(r);
}

std::uint32_t make(context& c, mounted& o, const inode_params& p, inode_key_answer by, const real_key& key) {
  const std::uint32_t slot = new_inode_slot(o);
  const real r = p.upper != 0 ? real{o.layers[0].fs, p.upper} : lower_of(o, p.lower[0]);
  const backing::inode& from = attributes(c.w, r);
  const bool is_dir = from.type == file_type::dir;
  std::uint32_t fsid = 0;
  if (by != inode_key_answer::by_upper && !p.lower.empty()) fsid = o.layers[p.lower[0].layer].fsid;

  std::uint32_t nlink = is_dir ? 1 : from.nlink;
  if (by != inode_key_answer::unhashed && !is_dir) {
    const recorded_nlink links = get_nlink(c, o, p, nlink);
    if (links.error) log::failed_to_get_nlink(c, dentry_pd2(c.w, o.layers[0].fs, p.upper_dentry), *links.error);
    nlink = links.nlink;
  }

  inode& i = o.inodes[slot];
  i.type = from.type;
  i.mode = from.mode;  // ovl_inode_init()
  i.upper = p.upper;
  i.upper_dentry = p.upper_dentry;
  i.lower.assign(p.lower.begin(), p.lower.end());
  i.has_redirect = p.has_redirect;
  i.redirect = p.redirect;
  i.lowerdata_redirect = p.lowerdata_redirect;
  i.nlink = nlink;
  i.indexed = p.indexed;
  i.const_ino = by == inode_key_answer::by_lower;
  i.impure = p.upper != 0 && is_impure_dir(c.w, o, p.upper);
  i.whiteouts = is_dir && ((p.upper != 0 && !p.lower.empty()) || p.lower.size() > 1 ||
                           get_layer_xattr(c.w, o, r, xattr_name::origin).has_value());
  i.i_ino = map_i_ino(o, by == inode_key_answer::unhashed ? r.ino : key.ino, fsid, is_dir);
  if (by != inode_key_answer::unhashed) {
    i.hashed_by = key;
    o.inode_hash.insert({key.fs, slot, key.ino});
  }
  return slot;
}

}  // namespace

result<std::uint32_t> get_inode(context& c, mounted& o, const inode_params& p) {
  inode_key_answer by = choose_key(c, o, p);
  // A rule that somebody is trying out may choose what is not there.
  if (by == inode_key_answer::by_upper ? p.upper == 0 : p.lower.empty() && by == inode_key_answer::by_lower) by = inode_key_answer::unhashed;
  real_key key;
  if (by == inode_key_answer::by_upper) key = {o.layers[0].fs, p.upper};
  if (by == inode_key_answer::by_lower) {
    const real l = lower_of(o, p.lower[0]);
    key = {l.fs, l.ino};
  }
  if (by != inode_key_answer::unhashed) {
    if (const hashed_inode* h = o.inode_hash.find(key)) {
      // A trap has neither upper nor lower, so nothing that is looked up is the same.
      const bool trap = h->inode == none;
      if (trap || verify(c, o, o.inodes[h->inode], by_lookup(o, p)) == verify_answer::stale) {
        tell(c, o, p, key, h->inode, trap ? inode_record::result::trap : inode_record::result::stale);
        log::failed_to_get_inode(c, errc::estale);
        return errc::estale;
      }
      tell(c, o, p, key, h->inode, inode_record::result::found);
      return h->inode;
    }
  }
  tell(c, o, p, key, none, inode_record::result::made);
  return make(c, o, p, by, key);
}

result<std::uint32_t> lookup_inode(context& c, const mounted& o, const real& r, bool is_upper) {
  const hashed_inode* h = o.inode_hash.find(real_key{r.fs, r.ino});
  if (h == nullptr) return none;
  if (h->inode == none) return errc::estale;  // a trap
  if (verify(c, o, o.inodes[h->inode], by_handle(r, is_upper)) == verify_answer::stale) return errc::estale;
  return h->inode;
}

bool set_trap(mounted& o, const real& dir) {
  if (o.inode_hash.find(real_key{dir.fs, dir.ino}) != nullptr) return false;
  o.inode_hash.insert({dir.fs, none, dir.ino});
  return true;
}

void clear_trap(mounted& o, const real& dir) { o.inode_hash.erase(real_key{dir.fs, dir.ino}); }

bool is_trap(const mounted& o, const real& dir) {
  const hashed_inode* h = o.inode_hash.find(real_key{dir.fs, dir.ino});
  return h != nullptr && h->inode == none;
}

void hash_by_upper_if_unhashed(mounted& o, std::uint32_t slot) {
  inode& i = o.inodes[slot];
  if (i.hashed_by.fs != none) return;
  i.hashed_by = {o.layers[0].fs, i.upper};
  if (o.inode_hash.find(i.hashed_by) == nullptr) o.inode_hash.insert({i.hashed_by.fs, slot, i.hashed_by.ino});
}

}  // namespace ovlsim::overlay
