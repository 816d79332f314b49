// SPDX-License-Identifier: Apache-2.0
//
// A directory that has one real directory behind it and cannot hold whiteouts is listed as that one is; any other is merged from
// its layers. On overlays with one st_dev for all, d_ino is what stat says, which takes a lookup of each name.
#include "overlay/readdir.hpp"

#include <algorithm>
#include <functional>

#include "backing/tree.hpp"
#include "overlay/dir.hpp"
#include "overlay/log.hpp"
#include "overlay/namei.hpp"
#include "overlay/options.hpp"
#include "overlay/stat.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

/// Who reads a directory: getdents(2), of this overlay or through one above, returns what it has when an entry fails, and goes on behind
/// that entry the next time; an overlay above that merges gives up.
enum class reader { getdents, getdents_above, merge_above };

/// A directory on its way out: who reads it, and what an overlay above that passes it on (ovl_iterate_real) does before each call of
/// iterate_dir() and makes of each entry at once.
struct reading {
  reader by{};
  std::function<void()> begin{};
  std::function<void(dir_entry&)> pass_on{};
  errc end = errc::ok;  ///< where getdents(2) gave up after some entries

  void call() const {
    if (begin) begin();
  }
  void emit(dir_entries& out, dir_entry e) const {
    if (pass_on) pass_on(e);
    out.push_back(e);
  }
};

/// Nobody sees the d_ino of `.` and `..` but another overlay, and what the log has to say of them is said of numbers that only an
/// overlay has.
bool dots_matter(const mounted& o, reader by) { return by != reader::getdents || o.stack_depth > 1; }

/// ovl_iterate().
result<dir_entries> read(context& c, mounted& o, std::uint32_t d, reading& to);

/// struct ovl_cache_entry.
struct cache_entry {
  name_id name{};
  ino_t64 ino = 0;  ///< real_ino
  file_type type{};
  bool is_upper = false;
  bool whiteout = false;
  bool check_xwhiteout = false;
  bool is_dot = false;
  bool is_dotdot = false;
};

/// ovl_remap_lower_ino().
ino_t64 remap(context& c, const mounted& o, std::string_view name, ino_t64 ino, std::uint32_t fsid) {
  const int bits = xino_bits(o);
  if (ino >> (64 - bits) != 0) {
    if (xino_warn(o)) log::d_ino_too_big(c, name, ino, bits);
    return ino;
  }
  return with_fsid(o, ino, fsid);
}

/// One entry of one layer (ovl_cache_entry_new).
cache_entry entry_of(const dir_entry& e, bool is_upper, bool xwhiteouts) {
  if (e.is_dot) return {.ino = e.ino, .type = e.type, .is_upper = is_upper, .is_dot = true, .is_dotdot = e.is_dotdot};
  return {.name = e.name,
          .ino = e.ino,
          .type = e.type,
          .is_upper = is_upper,
          .whiteout = e.type == file_type::chr,
          .check_xwhiteout = xwhiteouts && e.type == file_type::file};
}

/// ovl_check_whiteouts() of a layer on an overlay: what that lists as a device it may show as nothing at all.
void check_whiteout(context& c, const real& dir, cache_entry& e) {
  if (!e.whiteout || !is_overlay(dir.fs)) return;
  const result<real> found = lookup_in(c, dir, e.name);
  e.whiteout = found && found.value.ino != 0 && attributes(c.w, found.value).type == file_type::chr;
}

using cache_entries = boost::container::small_vector<cache_entry, 16>;

/// ovl_dir_read_merged(): one entry a name, the lowest layer's names first in its own order, then the others' from the top down.
/// `.` and `..` are two entries of every layer, so they stand where the lowest has them.
result<cache_entries> read_merged(context& c, const mounted& o, std::uint32_t d, bool emits_dots) {
  const inode& i = inode_of(o, d);
  boost::container::small_vector<real, 4> dirs;
  if (i.upper != 0) dirs.push_back({o.layers[0].fs, i.upper});
  for (const lower_path& l : i.lower) dirs.push_back(lower_of(o, l));
  cache_entries above;  // from the top down
  cache_entries lowest;
  struct place {
    name_id name;
    std::uint32_t index;  // into `above`
    bool operator<(const place& other) const { return name < other.name; }
  };
  boost::container::small_vector<place, 16> known;  // sorted up to where the layer that is being read began: a layer has each name once
  boost::container::small_vector<bool, 16> in_lowest;
  cache_entry dots[2];  // as the topmost has them
  for (std::size_t n = 0; n < dirs.size(); ++n) {
    const bool is_lowest = n + 1 == dirs.size();
    const bool is_upper = n == 0 && i.upper != 0;
    const bool xwhiteouts = o.cfg.whiteout_xattr && !is_upper && !is_lowest && opaque_value(c.w, o, dirs[n]) == 'x';
    const auto layer_begin = static_cast<std::ptrdiff_t>(known.size());
    const result<dir_entries> listed = read_dir(c, dirs[n], n == 0 && emits_dots);
    if (!listed) return listed.error;
    for (const dir_entry& e : listed.value) {
      if (e.is_dot) {
        cache_entry& dot = dots[e.is_dotdot ? 1 : 0];
        if (n == 0) dot = entry_of(e, is_upper, false);
        if (is_lowest) lowest.push_back(dot);
        continue;
      }
      const auto layer = known.begin() + layer_begin;
      const auto there = std::lower_bound(known.begin(), layer, place{e.name, 0});
      const bool is_known = there != layer && there->name == e.name;
      if (!is_known && is_lowest) {
        lowest.push_back(entry_of(e, is_upper, xwhiteouts));
        check_whiteout(c, dirs[n], lowest.back());
      } else if (!is_known) {
        known.push_back({e.name, static_cast<std::uint32_t>(above.size())});
        above.push_back(entry_of(e, is_upper, xwhiteouts));
        check_whiteout(c, dirs[n], above.back());
      } else if (is_lowest) {
        lowest.push_back(above[there->index]);
        in_lowest[there->index] = true;
      }
    }
    std::sort(known.begin(), known.end());
    in_lowest.resize(above.size(), false);
  }
  for (std::size_t n = 0; n < above.size(); ++n) {
    if (!in_lowest[n]) lowest.push_back(above[n]);
  }
  return lowest;
}

/// ovl_cache_update(): the d_ino of one entry, through a lookup of its name. `gone` when that finds nothing.
struct updated {
  errc error = errc::ok;
  bool gone = false;
  ino_t64 ino = 0;
};
updated update(context& c, mounted& o, std::uint32_t dir, name_id name_of, ino_t64 real_ino) {
  updated u{.ino = real_ino};
  const std::string name(c.w.names.text(name_of));
  const result<std::uint32_t> found = lookup(c, o, dir, name_of);
  const bool in_vain = !found || o.dentries[found.value].inode == none;
  if (in_vain) {
    if (!found) log::failed_to_look_up_for_ino(c, name, found.error);
    u.error = found.error;
    u.gone = decide(c, c.k.d_ino_failure, {}) == d_ino_failure_answer::dropped;
    return u;
  }
  if (!same_dev(o)) return u;
  const inode& i = inode_of(o, found.value);
  const path_type type = type_of(i);
  if (type.origin) {
    u.ino = getattr(c, o, found.value).ino;
  } else if (xino_bits(o) != 0 && !type.upper) {
    u.ino = remap(c, o, name, real_ino, o.layers[i.lower[0].layer].fsid);
  }
  return u;
}

/// ovl_cache_update() of `.` and `..`, where ovl_calc_d_ino() asks for it.
ino_t64 update_dot(context& c, const mounted& o, std::uint32_t d, const cache_entry& e) {
  if (xino_bits(o) == 0 && !e.is_dotdot && !e.is_upper) return e.ino;
  const std::uint32_t of = e.is_dotdot && d != root_dentry ? o.dentries[d].parent : d;
  const inode& i = inode_of(o, of);
  const path_type type = type_of(i);
  if (type.origin) return getattr(c, o, of).ino;
  if (xino_bits(o) == 0 || type.upper) return e.ino;
  return remap(c, o, e.is_dotdot ? ".." : ".", e.ino, o.layers[i.lower[0].layer].fsid);
}

result<dir_entries> list_merged(context& c, mounted& o, std::uint32_t d, reading& to) {
  dir_entries out;
  const std::uint32_t inode = o.dentries[d].inode;
  const bool impure = inode_of(o, d).impure;
  const bool translated = same_dev(o) && decide(c, c.k.d_ino, {}) == d_ino_answer::translated;
  bool first_call = true;
  bool emitted = false;  // by the current getdents(2)
  const bool emits_dots = dots_matter(o, to.by);
  to.call();
  const result<cache_entries> merged = read_merged(c, o, d, emits_dots);
  if (!merged) return merged.error;
  out.reserve(merged.value.size());
  for (const cache_entry& e : merged.value) {
    const stale_entry known{o.id, inode, e.name};
    if (e.whiteout || (!e.is_dot && std::find(c.stale.begin(), c.stale.end(), known) != c.stale.end())) continue;
    if (e.is_dot) {
      const ino_t64 ino = emits_dots && same_dev(o) ? update_dot(c, o, d, e) : e.ino;
      to.emit(out, {.is_dot = true, .is_dotdot = e.is_dotdot, .type = e.type, .ino = ino});
      emitted = true;
      continue;
    }
    dir_entry entry{.name = e.name, .type = e.type, .ino = e.ino};
    // ovl_calc_d_ino(): with xino always, on one filesystem for the entries of an impure upper
    const bool calculate = xino_bits(o) != 0 || (e.is_upper && impure);
    if ((calculate && translated) || e.check_xwhiteout) {
      const updated u = update(c, o, d, e.name, e.ino);
      if (u.error != errc::ok) {
        if (u.gone && to.by == reader::merge_above) c.stale.push_back(known);
        if ((!emitted && first_call) || to.by == reader::merge_above) return u.error;
        if (!emitted) {
          to.end = u.error;
          return out;
        }
        emitted = first_call = false;
        to.call();
      }
      if (u.gone) continue;
      if (calculate) entry.ino = u.ino;
    }
    emitted = true;
    to.emit(out, entry);
  }
  to.call();  // which finds that nothing is left
  return out;
}

/// ovl_cache_get_impure(): the entries of an impure upper directory whose d_ino is not the real one. Kept with the overlay inode
/// until the directory's version (ovl_inode_version_get(), a counter of its changes) does; when there are none, the directory is
/// impure no more.
errc fill_impure_cache(context& c, mounted& o, std::uint32_t d, const dir_entries& listed) {
  const std::uint32_t slot = o.dentries[d].inode;
  const std::uint32_t version = o.inodes[slot].version;
  const auto first = o.impure_cache.lower_bound(impure_key{slot, name_id{0}});
  if (first != o.impure_cache.end() && first->dir == slot && first->version == version) return errc::ok;
  drop_impure_cache(o, slot);
  std::vector<impure_entry> differing;
  for (const dir_entry& e : listed) {
    if (e.is_dot) continue;
    const updated u = update(c, o, d, e.name, e.ino);
    if (u.error != errc::ok) return u.error;
    if (u.ino != e.ino) differing.push_back({slot, e.name, version, u.ino});
  }
  for (const impure_entry& e : differing) o.impure_cache.insert(e);
  if (differing.empty()) {
    remove_upper_xattr(c.w, o, o.inodes[slot].upper, xattr_name::impure);
    o.inodes[slot].impure = false;
  }
  return errc::ok;
}

/// ovl_iterate_real() and the plain iterate_dir().
result<dir_entries> list_real(context& c, mounted& o, std::uint32_t d, reading& to) {
  const inode& i = inode_of(o, d);
  const real dir = real_of(o, i);
  const bool emits_dots = dots_matter(o, to.by);
  const bool translated = same_dev(o) && decide(c, c.k.d_ino, {}) == d_ino_answer::translated;
  const bool cached_impure = translated && i.upper != 0 && i.impure;
  const std::uint32_t fsid = i.lower.empty() ? 0 : o.layers[i.lower[0].layer].fsid;
  const std::uint32_t slot = o.dentries[d].inode;
  const std::uint32_t parent = d == root_dentry ? d : o.dentries[d].parent;
  const bool adjusts_parent = emits_dots && translated && type_of(inode_of(o, parent)).merge;
  ino_t64 parent_ino = 0;
  bool use_cache = false;
  const auto begin = [&] {
    if (adjusts_parent) parent_ino = getattr(c, o, parent).ino;
    to.call();
  };
  const auto adjust = [&](dir_entry& e) {
    if (e.is_dot && !emits_dots) return;
    if (e.is_dotdot && adjusts_parent) {
      e.ino = parent_ino;
    } else if (use_cache) {
      const impure_entry* known = e.is_dot ? nullptr : o.impure_cache.find(impure_key{slot, e.name});
      if (known != nullptr) e.ino = known->ino;
    } else if (translated && xino_bits(o) != 0) {
      e.ino = remap(c, o, e.is_dotdot ? ".." : e.is_dot ? "." : c.w.names.text(e.name), e.ino, fsid);
    }
    if (to.pass_on) to.pass_on(e);
  };
  if (is_overlay(dir.fs)) {
    reading below{.by = to.by == reader::getdents ? reader::getdents_above : to.by, .begin = begin, .pass_on = adjust};
    result<dir_entries> listed = read(c, change_overlay(c.w, dir.fs), dentry_of(dir), below);
    to.end = below.end;
    return listed;
  }
  begin();
  result<dir_entries> listed = read_dir(c, dir, emits_dots);
  if (cached_impure) {
    if (const errc e = fill_impure_cache(c, o, d, listed.value); e != errc::ok) return e;
  }
  const auto first = o.impure_cache.lower_bound(impure_key{slot, name_id{0}});
  use_cache = cached_impure && first != o.impure_cache.end() && first->dir == slot;
  for (dir_entry& e : listed.value) adjust(e);
  begin();  // which finds that nothing is left
  return listed;
}

/// iterate_dir() of the upper: ENOENT where another overlay has removed it.
errc check_readable(const world& w, const mounted& o, const inode& i) {
  return i.upper != 0 && backing::is_removed(upper_fs(w, o), i.upper) ? errc::enoent : errc::ok;
}

result<dir_entries> read(context& c, mounted& o, std::uint32_t d, reading& to) {
  const inode& i = inode_of(o, d);
  if (const errc e = check_readable(c.w, o, i); e != errc::ok) return e;
  const bool real = !type_of(i).merge && !i.whiteouts;
  return real ? list_real(c, o, d, to) : list_merged(c, o, d, to);
}

}  // namespace

void drop_impure_cache(mounted& o, std::uint32_t slot) {
  while (true) {
    const auto at = o.impure_cache.lower_bound(impure_key{slot, name_id{0}});
    if (at == o.impure_cache.end() || at->dir != slot) break;
    o.impure_cache.erase(at->key());
  }
}

result<std::vector<answer::entry>> list(context& c, mounted& o, std::uint32_t d, errc* end) {
  reading to{.by = reader::getdents};
  const result<dir_entries> listed = read(c, o, d, to);
  if (!listed) return listed.error;
  if (end != nullptr) *end = to.end;
  std::vector<answer::entry> out;
  out.reserve(listed.value.size());
  for (const dir_entry& e : listed.value) {
    if (!e.is_dot) out.push_back({std::string(c.w.names.text(e.name)), entry_type_of(e.type), e.ino});
  }
  return out;
}

result<dir_entries> iterate(context& c, mounted& o, std::uint32_t d) {
  reading to{.by = reader::merge_above};
  return read(c, o, d, to);
}

result<std::vector<name_id>> check_empty_dir(context& c, mounted& o, std::uint32_t d) {
  if (const errc e = check_readable(c.w, o, inode_of(o, d)); e != errc::ok) return e;
  std::vector<name_id> whiteouts;
  const result<cache_entries> merged = read_merged(c, o, d, false);
  if (!merged) return merged.error;
  for (const cache_entry& e : merged.value) {
    if (e.is_dot) continue;
    if (!e.whiteout) return errc::enotempty;
    if (e.is_upper) whiteouts.push_back(e.name);
  }
  return whiteouts;
}

}  // namespace ovlsim::overlay
