// SPDX-License-Identifier: Apache-2.0
//
// ovl_rename(). Without redirect_dir=on a directory that has something below cannot move: EXDEV before anything is done.
#include "backing/orphans.hpp"
#include "overlay/copy_up.hpp"
#include "overlay/dir.hpp"
#include "overlay/index.hpp"
#include "overlay/namei.hpp"
#include "overlay/nlink.hpp"
#include "overlay/options.hpp"
#include "overlay/redirect.hpp"
#include "overlay/stat.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

bool merged_or_lower(const inode& i) {
  const path_type t = type_of(i);
  return t.merge || !t.upper;
}

bool can_move(const mounted& o, const inode& i) {
  return o.cfg.redirect == redirect_option::on || i.type != file_type::dir || !merged_or_lower(i);
}

/// How the name is moved in the upper.
enum class how { plain, leave_whiteout, swap };

/// What has a lower remembers where that is; a directory that only the upper has hides what the new parent's lowers have under its
/// name.
errc prepare_to_move(context& c, mounted& o, std::uint32_t d, std::uint32_t new_parent, bool was_opaque, bool same_dir) {
  const inode& i = inode_of(o, d);
  if (merged_or_lower(i)) return set_redirect(c, o, d, same_dir);
  remember_lower(c, o, d, same_dir);
  const bool hides = i.type == file_type::dir && !was_opaque && type_of(inode_of(o, new_parent)).merge;
  return hides && !set_opaque(c, o, d, i.upper) ? errc::exdev : errc::ok;
}

void move_in_upper(context& c, mounted& o, std::uint32_t from, std::uint32_t to, how way) {
  backing::filesystem& fs = change_upper(c.w, o);
  const ino_t64 from_dir = inode_of(o, o.dentries[from].parent).upper;
  const ino_t64 to_dir = inode_of(o, o.dentries[to].parent).upper;
  const name_id from_name = o.dentries[from].name;
  const name_id to_name = o.dentries[to].name;
  if (way == how::swap) {
    backing::exchange_entries(fs, from_dir, from_name, to_dir, to_name);
    return;
  }
  ino_t64 whiteout = 0;  // RENAME_WHITEOUT makes its own, before the target goes
  if (way == how::leave_whiteout) whiteout = backing::make_inode(c.w, fs, {.type = file_type::chr});
  const backing::dirent gone = backing::move_entry(fs, from_dir, from_name, to_dir, to_name, whiteout);
  backing::release(c.w, o.layers[0].fs, gone);
}

/// lock_rename()'s trap: in the upper one of the two lies below the other, whatever the overlay makes of it.
bool is_trapped(const context& c, const mounted& o, std::uint32_t from, std::uint32_t to, ino_t64 old, ino_t64 there) {
  const backing::filesystem& fs = upper_fs(c.w, o);
  const auto is_above = [&](ino_t64 moved, std::uint32_t other) {
    if (moved == 0 || backing::find(fs, moved)->type != file_type::dir) return false;
    return backing::is_below(fs, inode_of(o, o.dentries[other].parent).upper, moved);
  };
  return is_above(old, to) || is_above(there, from);
}

/// What the upper has under the two names must be what the dentries mean.
errc check_uppers(const context& c, const mounted& o, std::uint32_t from, std::uint32_t to, how way, bool cleared) {
  const ino_t64 old = upper_named_as(c, o, from);
  if (old == 0 || old != inode_of(o, from).upper) return errc::estale;
  const ino_t64 there = upper_named_as(c, o, to);
  const dentry& target = o.dentries[to];
  if (target.inode != none && o.inodes[target.inode].upper != 0) {
    if (!cleared && there != o.inodes[target.inode].upper) return errc::estale;
  } else if (there != 0) {
    if (!target.opaque || !is_whiteout(c.w, o, {o.layers[0].fs, there})) return errc::estale;
  } else if (way == how::swap) {
    return errc::estale;
  }
  return old == there || is_trapped(c, o, from, to, old, there) ? errc::estale : errc::ok;
}

errc copy_up_all(context& c, mounted& o, std::uint32_t from, std::uint32_t to, bool exchanged) {
  errc e = copy_up(c, o, from, copy_up_for::metadata);
  if (e == errc::ok) e = copy_up(c, o, o.dentries[to].parent, copy_up_for::metadata);
  if (e == errc::ok && exchanged) e = copy_up(c, o, to, copy_up_for::metadata);
  return e;
}

/// What there is to do, found out before anything is done.
struct plan {
  bool exchanged = false;
  how way = how::plain;
  bool remove_whiteout = false;      ///< what has come to the old name
  std::vector<name_id> whiteouts{};  ///< in the directory that is replaced
};

result<plan> make_plan(context& c, mounted& o, std::uint32_t from, std::uint32_t to, bool exchanged) {
  plan p{.exchanged = exchanged, .way = exchanged ? how::swap : how::plain};
  if (!can_move(o, inode_of(o, from))) return errc::exdev;
  if (exchanged) return can_move(o, inode_of(o, to)) ? result<plan>(p) : errc::exdev;
  const bool to_is_dir = o.dentries[to].inode != none && inode_of(o, to).type == file_type::dir;
  if (to_is_dir && !is_pure_upper(o, to)) {
    const result<std::vector<name_id>> found = check_empty_dir(c, o, to);
    if (!found) return found.error;
    p.whiteouts = found.value;
  }
  if (lower_positive(c, o, from)) {
    p.way = is_whiteout_dentry(o, to) ? how::swap : how::leave_whiteout;
  } else if (inode_of(o, from).type == file_type::dir && is_whiteout_dentry(o, to)) {
    p.way = how::swap;
    p.remove_whiteout = true;
  }
  return p;
}

/// What happens between ovl_nlink_start() and ovl_nlink_end().
errc rename_upper(context& c, mounted& o, std::uint32_t from, std::uint32_t to, const plan& p) {
  const bool exchanged = p.exchanged;
  const bool to_exists = o.dentries[to].inode != none;
  const bool to_is_dir = to_exists && inode_of(o, to).type == file_type::dir;
  if (!p.whiteouts.empty()) {
    if (const errc e = clear_empty(c, o, to, p.whiteouts); e != errc::ok) return e;
  }

  const std::uint32_t from_parent = o.dentries[from].parent;
  const std::uint32_t to_parent = o.dentries[to].parent;
  const bool from_origin = type_of(inode_of(o, from)).origin;
  const bool to_origin = to_exists && type_of(inode_of(o, to)).origin;
  if (o.dentries[from_parent].inode != o.dentries[to_parent].inode) {
    if (from_origin) set_impure(c, o, to_parent);
    if (exchanged && to_origin) set_impure(c, o, from_parent);
  }
  const bool from_opaque = o.dentries[from].opaque;
  const bool to_opaque = o.dentries[to].opaque;
  if (const errc e = check_upper_name(c, o, from); e != errc::ok) return e;
  if (const errc e = check_upper_name(c, o, to); e != errc::ok) return e;
  if (const errc e = check_uppers(c, o, from, to, p.way, !p.whiteouts.empty()); e != errc::ok) return e;
  const bool same_dir = o.dentries[from_parent].inode == o.dentries[to_parent].inode;
  if (const errc e = prepare_to_move(c, o, from, to_parent, from_opaque, same_dir); e != errc::ok) return e;
  if (exchanged) {
    if (const errc e = prepare_to_move(c, o, to, from_parent, to_opaque, same_dir); e != errc::ok) return e;
  }
  if (!exchanged && to_is_dir) {
    const ino_t64 there = upper_named_as(c, o, to);
    const backing::filesystem& fs = upper_fs(c.w, o);
    if (there != 0 && !backing::is_empty_dir(fs, there)) return backing::traits_of(fs).rename_over_full;
  }
  move_in_upper(c, o, from, to, p.way);
  if (p.remove_whiteout) remove_upper_entry(c, o, inode_of(o, from_parent).upper, o.dentries[from].name);

  if (!exchanged && to_exists) {
    if (to_is_dir) {
      inode_of(o, to).nlink = 0;
    } else {
      drop_nlink(o, to);
    }
  }
  dir_modified(o, from_parent, from_origin || (exchanged && to_origin));
  dir_modified(o, to_parent, from_origin || to_origin);
  copy_attributes(c.w, o, o.dentries[from].inode);
  if (to_exists && inode_of(o, to).upper != 0) copy_attributes(c.w, o, o.dentries[to].inode);
  return errc::ok;
}

}  // namespace

errc rename(context& c, mounted& o, std::uint32_t from, std::uint32_t to, bool exchanged) {
  const result<plan> p = make_plan(c, o, from, to, exchanged);
  if (!p) return p.error;
  if (const errc e = copy_up_all(c, o, from, to, exchanged); e != errc::ok) return e;
  const bool replaces = !exchanged && o.dentries[to].inode != none;
  if (replaces) {
    if (const errc e = nlink_start(c, o, to); e != errc::ok) return e;
  }
  const errc renamed = rename_upper(c, o, from, to, p.value);
  if (replaces) nlink_end(c, o, to);
  if (renamed != errc::ok) return renamed;
  if (exchanged) {
    overlay::exchange(o, from, to);
  } else {
    move(c, o, from, to);
  }
  return errc::ok;
}

}  // namespace ovlsim::overlay
