// SPDX-License-Identifier: Apache-2.0
//
// Each step is done on the upper in the order in which the kernel does it: inode numbers are taken and given back on the way, and a
// later file may get one that a temporary object had.
#include "overlay/dir.hpp"

#include <utility>

#include "backing/orphans.hpp"
#include "overlay/copy_up.hpp"
#include "overlay/index.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/log.hpp"
#include "overlay/namei.hpp"
#include "overlay/nlink.hpp"
#include "overlay/options.hpp"
#include "overlay/redirect.hpp"
#include "overlay/stat.hpp"
#include "overlay/temp.hpp"
#include "overlay/workdir.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

ino_t64 upper_dir_of(const mounted& o, std::uint32_t d) { return inode_of(o, o.dentries[d].parent).upper; }

ino_t64 make_in_upper(context& c, mounted& o, const backing::new_inode& what, std::string_view target) {
  backing::filesystem& fs = change_upper(c.w, o);
  const ino_t64 ino = backing::make_inode(c.w, fs, what);
  backing::inode& i = *backing::find(fs, ino);
  backing::write_at(fs, i, 0, target);
  return ino;
}

/// ovl_instantiate() of a new object.
errc instantiate_new(context& c, mounted& o, std::uint32_t d, ino_t64 upper) {
  o.dentries[d].upper_alias = true;
  inode_params p;
  p.upper = upper;
  p.upper_dentry = backing::find_entry(upper_fs(c.w, o), upper_dir_of(o, d), o.dentries[d].name)->dentry;
  const result<std::uint32_t> got = get_inode(c, o, p);
  if (!got) return got.error;
  o.inodes[got.value].upperdata = true;  // always a new one: nobody else has seen the upper inode since it was made
  instantiate(o, d, got.value);
  return errc::ok;
}

/// ovl_create_upper().
errc create_in_upper(context& c, mounted& o, std::uint32_t d, const backing::new_inode& what, std::string_view target) {
  if (upper_named_as(c, o, d) != 0) return errc::estale;
  const ino_t64 ino = make_in_upper(c, o, what, target);
  backing::add_entry(change_upper(c.w, o), upper_dir_of(o, d), o.dentries[d].name, ino);
  if (what.type == file_type::dir) {
    const mkdir_opaque_question q{.opts = in_force(o), .parent_merged = parent_is_merged(o, d)};
    if (decide(c, c.k.mkdir_opaque, q) == mkdir_opaque_answer::opaque) set_opaque(c, o, d, ino);
  }
  dir_modified(o, o.dentries[d].parent, false);
  return instantiate_new(c, o, d, ino);
}

/// What was prepared in the workdir is renamed into place; what was there is gone.
void move_from_workdir(context& c, mounted& o, name_id temp, ino_t64 dir, name_id name) {
  const backing::dirent gone = backing::move_entry(change_upper(c.w, o), o.workdir, temp, dir, name);
  backing::release(c.w, o.layers[0].fs, gone);
}

/// ovl_create_over_whiteout(): prepared in the workdir, then put in the whiteout's place.
errc create_over_whiteout(context& c, mounted& o, std::uint32_t d, const backing::new_inode& what, std::string_view target) {
  const ino_t64 old = upper_named_as(c, o, d);
  if (old == 0 || !is_whiteout(c.w, o, {o.layers[0].fs, old})) return errc::estale;
  const result<name_id> temp = temp_name(c, o);
  if (!temp) return temp.error;
  const ino_t64 ino = make_in_upper(c, o, what, target);
  backing::add_entry(change_upper(c.w, o), o.workdir, temp.value, ino);
  if (what.type == file_type::dir && !set_opaque(c, o, d, ino)) {
    remove_upper_entry(c, o, o.workdir, temp.value);
    return errc::eio;
  }
  move_from_workdir(c, o, temp.value, upper_dir_of(o, d), o.dentries[d].name);
  dir_modified(o, o.dentries[d].parent, false);
  return instantiate_new(c, o, d, ino);
}

/// ovl_whiteout(): a whiteout with a name in the workdir. Where they share an inode, it is another link to the mount's one whiteout inode,
/// which is made when it is first needed, as long as that can be linked.
result<name_id> new_whiteout(context& c, mounted& o) {
  backing::filesystem& fs = change_upper(c.w, o);
  if (decide(c, c.k.whiteout_inode, {}) == whiteout_inode_answer::own) {
    const result<name_id> temp = temp_name(c, o);
    if (!temp) return temp.error;
    backing::add_entry(fs, o.workdir, temp.value, backing::make_inode(c.w, fs, {.type = file_type::chr}));
    return temp;
  }
  if (o.whiteout == 0) {
    const result<name_id> name = temp_name(c, o);
    if (!name) return name.error;
    o.whiteout = backing::make_inode(c.w, fs, {.type = file_type::chr});
    o.whiteout_name = name.value;
    backing::add_entry(fs, o.workdir, o.whiteout_name, o.whiteout);
  }
  const std::uint32_t nlink = backing::find(fs, o.whiteout)->nlink;
  if (!o.no_shared_whiteout) {
    const result<name_id> temp = temp_name(c, o);
    const bool gives_up = decide(c, c.k.whiteout_link, {}) == whiteout_link_answer::gives_up;
    if (temp.error == errc::eio || (!temp && gives_up)) return temp.error;
    const errc e = nlink == 0 ? errc::enoent : temp.error;  // vfs_link()
    if (e == errc::ok) {
      backing::add_entry(fs, o.workdir, temp.value, o.whiteout);
      return temp;
    }
    log::failed_to_link_whiteout(c, nlink, e, gives_up);
    o.no_shared_whiteout = true;
  }
  // The inode itself is used then, unless somebody took its name away (ovl_lock_rename_workdir).
  const ino_t64 whiteout = std::exchange(o.whiteout, 0);
  if (backing::lookup(fs, o.workdir, o.whiteout_name) == whiteout) return o.whiteout_name;
  if (decide(c, c.k.whiteout_link, {}) == whiteout_link_answer::gives_up) return errc::enoent;  // of the rename
  log::failed_to_lock(c);
  return errc::eio;
}

/// Whether what the upper has under the dentry's name is still what the dentry means; `replaced` is what clear_empty() put there.
bool upper_is_stale(const context& c, const mounted& o, std::uint32_t d, bool cleared) {
  const inode& i = inode_of(o, d);
  if (cleared || i.upper == 0) return false;
  return upper_named_as(c, o, d) != i.upper;
}

}  // namespace

errc cleanup_and_whiteout(context& c, mounted& o, ino_t64 dir, name_id name) {
  const result<name_id> whiteout = new_whiteout(c, o);
  if (!whiteout) return whiteout.error;
  const backing::filesystem& fs = upper_fs(c.w, o);
  const ino_t64 there = backing::lookup(fs, dir, name);
  if (there == 0 || backing::find(fs, there)->type != file_type::dir) {
    move_from_workdir(c, o, whiteout.value, dir, name);
    return errc::ok;
  }
  backing::exchange_entries(change_upper(c.w, o), o.workdir, whiteout.value, dir, name);
  cleanup(c, o, o.workdir, whiteout.value);
  return errc::ok;
}

bool is_whiteout_dentry(const mounted& o, std::uint32_t d) {
  return o.dentries[d].inode == none && o.dentries[d].opaque;
}

bool is_pure_upper(const mounted& o, std::uint32_t d) {
  const inode& i = inode_of(o, d);
  return i.lower.empty() && !i.whiteouts;
}

void dir_modified(mounted& o, std::uint32_t dir_dentry, bool impurity) {
  inode& dir = inode_of(o, dir_dentry);
  const bool real = !type_of(dir).merge && !dir.whiteouts;  // ovl_dir_is_real()
  if (!real || impurity) ++dir.version;
}

bool set_opaque(context& c, mounted& o, std::uint32_t d, ino_t64 upper) {
  if (o.noxattr) return false;
  set_upper_xattr(c.w, o, upper, xattr_name::opaque, "y");
  o.dentries[d].opaque = true;
  return true;
}

bool parent_is_merged(const mounted& o, std::uint32_t d) { return type_of(inode_of(o, o.dentries[d].parent)).merge; }

void remove_upper_entry(context& c, mounted& o, ino_t64 dir, name_id name) {
  const backing::dirent gone = backing::remove_entry(change_upper(c.w, o), dir, name);
  backing::release(c.w, o.layers[0].fs, gone);
}

errc check_upper_name(const context& c, const mounted& o, std::uint32_t d) {
  if (backing::is_removed(upper_fs(c.w, o), upper_dir_of(o, d))) return errc::enoent;
  const std::uint32_t longest = backing::traits_of(upper_fs(c.w, o)).namelen;
  return c.w.names.text(o.dentries[d].name).size() > longest ? errc::enametoolong : errc::ok;
}

ino_t64 upper_named_as(const context& c, const mounted& o, std::uint32_t d) {
  return backing::lookup(upper_fs(c.w, o), upper_dir_of(o, d), o.dentries[d].name);
}

errc clear_empty(context& c, mounted& o, std::uint32_t d, const std::vector<name_id>& whiteouts) {
  backing::filesystem& fs = change_upper(c.w, o);
  const ino_t64 old = inode_of(o, d).upper;
  if (upper_named_as(c, o, d) != old) return errc::estale;
  if (const errc e = count_temp(c, o); e != errc::ok) return e;
  const backing::inode like = *backing::find(fs, old);
  const ino_t64 fresh = backing::make_inode(c.w, fs, {like.type, like.mode, like.uid, like.gid});
  copy_xattrs(c, o, {o.layers[0].fs, old}, fresh);  // within one filesystem: it takes them all
  if (!set_opaque(c, o, d, fresh)) {
    backing::find(fs, fresh)->nlink = 0;
    backing::release(c.w, o.layers[0].fs, fresh);
    return errc::eio;
  }
  backing::redirect_entry(fs, upper_dir_of(o, d), o.dentries[d].name, fresh);
  for (const name_id name : whiteouts) {
    if (backing::lookup(fs, old, name) != 0) remove_upper_entry(c, o, old, name);
  }
  backing::find(fs, old)->nlink = 0;
  backing::release(c.w, o.layers[0].fs, old);
  drop(c, o, d);
  return errc::ok;
}

errc create(context& c, mounted& o, std::uint32_t d, const backing::new_inode& what, std::string_view target) {
  if (const errc e = copy_up(c, o, o.dentries[d].parent, copy_up_for::metadata); e != errc::ok) return e;
  if (const errc e = check_upper_name(c, o, d); e != errc::ok) return e;
  return is_whiteout_dentry(o, d) ? create_over_whiteout(c, o, d, what, target) : create_in_upper(c, o, d, what, target);
}

namespace {

/// What ovl_link() does between ovl_nlink_start() and ovl_nlink_end().
errc link_upper(context& c, mounted& o, std::uint32_t old, std::uint32_t d) {
  const std::uint32_t parent = o.dentries[d].parent;
  if (is_metacopy(inode_of(o, old))) {  // ovl_set_link_redirect()
    if (const errc e = set_redirect(c, o, old, false); e != errc::ok) return e;
  } else {
    remember_lower(c, o, old, false);
  }
  inode& i = inode_of(o, old);
  if (type_of(i).origin) set_impure(c, o, parent);
  if (const errc e = check_upper_name(c, o, d); e != errc::ok) return e;
  backing::filesystem& fs = change_upper(c.w, o);
  const ino_t64 there = upper_named_as(c, o, d);
  const bool over_whiteout = is_whiteout_dentry(o, d);
  if (over_whiteout ? there == 0 || !is_whiteout(c.w, o, {o.layers[0].fs, there}) : there != 0) return errc::estale;
  if (backing::find(fs, i.upper)->nlink == 0) return errc::enoent;
  if (over_whiteout) {
    const result<name_id> temp = temp_name(c, o);
    if (!temp) return temp.error;
    backing::add_entry(fs, o.workdir, temp.value, i.upper);
    move_from_workdir(c, o, temp.value, upper_dir_of(o, d), o.dentries[d].name);
  } else {
    backing::add_entry(fs, upper_dir_of(o, d), o.dentries[d].name, i.upper);
  }
  dir_modified(o, parent, false);
  ++i.nlink;
  o.dentries[d].upper_alias = true;
  instantiate(o, d, o.dentries[old].inode);
  drop(c, o, d);  // a fresh lookup finds the lower of the new name
  return errc::ok;
}

}  // namespace

errc link(context& c, mounted& o, std::uint32_t old, std::uint32_t d) {
  if (const errc e = copy_up(c, o, old, copy_up_for::metadata); e != errc::ok) return e;
  if (const errc e = copy_up(c, o, o.dentries[d].parent, copy_up_for::metadata); e != errc::ok) return e;
  if (const errc e = nlink_start(c, o, old); e != errc::ok) return e;
  const errc linked = link_upper(c, o, old, d);
  nlink_end(c, o, old);
  return linked;
}

namespace {

/// ovl_remove_upper(), ovl_remove_and_whiteout().
errc remove_or_cover(context& c, mounted& o, std::uint32_t d, bool cover, const std::vector<name_id>& whiteouts) {
  const bool is_dir = inode_of(o, d).type == file_type::dir;
  const std::uint32_t parent = o.dentries[d].parent;
  const bool origin = type_of(inode_of(o, d)).origin;
  if (!whiteouts.empty()) {
    if (const errc e = clear_empty(c, o, d, whiteouts); e != errc::ok) return e;
  }
  const ino_t64 dir = upper_dir_of(o, d);
  if (backing::is_removed(upper_fs(c.w, o), dir)) return errc::enoent;
  if (upper_is_stale(c, o, d, !whiteouts.empty())) return errc::estale;
  if (cover) {
    if (const errc e = cleanup_and_whiteout(c, o, dir, o.dentries[d].name); e != errc::ok) return e;
    dir_modified(o, parent, true);
  } else {
    const ino_t64 there = upper_named_as(c, o, d);
    backing::filesystem& fs = change_upper(c.w, o);
    if (is_dir && !backing::is_empty_dir(fs, there)) return errc::enotempty;
    remove_upper_entry(c, o, dir, o.dentries[d].name);
    dir_modified(o, parent, origin);
  }
  drop(c, o, d);
  if (is_dir) {
    inode_of(o, d).nlink = 0;
  } else {
    drop_nlink(o, d);
  }
  return errc::ok;
}

}  // namespace

errc remove(context& c, mounted& o, std::uint32_t d) {
  const bool cover = lower_positive(c, o, d);
  std::vector<name_id> whiteouts;
  if (inode_of(o, d).type == file_type::dir && (cover || !is_pure_upper(o, d))) {
    const result<std::vector<name_id>> found = check_empty_dir(c, o, d);
    if (!found) return found.error;
    whiteouts = found.value;
  }
  if (const errc e = copy_up(c, o, o.dentries[d].parent, copy_up_for::metadata); e != errc::ok) return e;
  if (const errc e = nlink_start(c, o, d); e != errc::ok) return e;
  const errc removed = remove_or_cover(c, o, d, cover, whiteouts);
  nlink_end(c, o, d);
  if (inode_of(o, d).upper != 0) copy_attributes(c.w, o, o.dentries[d].inode);
  return removed;
}

}  // namespace ovlsim::overlay
