// SPDX-License-Identifier: Apache-2.0
#include "overlay/workdir.hpp"

#include "backing/orphans.hpp"
#include "backing/tree.hpp"
#include "overlay/copy_up.hpp"
#include "overlay/dir.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/origin.hpp"
#include "overlay/temp.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

constexpr std::string_view work_name = "work";          // OVL_WORKDIR_NAME
constexpr std::string_view incompat_name = "incompat";  // OVL_INCOMPATDIR_NAME

/// ovl_create_volatile_dirty(): what makes the next mount refuse this workdir, until somebody removes it.
void create_volatile_dirty(context& c, mounted& o) {
  backing::filesystem& fs = change_upper(c.w, o);
  ino_t64 dir = o.workdir;
  for (const std::string_view name : {incompat_name, std::string_view("volatile"), std::string_view("dirty")}) {
    const file_type type = name == "dirty" ? file_type::file : file_type::dir;
    const ino_t64 made = backing::make_inode(c.w, fs, {.type = type});
    backing::add_entry(fs, dir, c.w.names.intern(name), made);
    dir = made;
  }
}

/// The test with overlay.opaque in ovl_make_workdir(): what an upper costs that does not take our xattrs, a tmpfs without user.* ones
/// under userxattr.
void check_xattrs(context& c, mounted& o) {
  if (set_upper_xattr(c.w, o, o.workdir, xattr_name::opaque, "0") == errc::ok) {
    remove_upper_xattr(c.w, o, o.workdir, xattr_name::opaque);
    return;
  }
  const bool announced = decide(c, c.k.noxattr_log, {}) == noxattr_log_answer::announced;
  if (announced) log::no_xattrs_on_upper(c);
  const auto falling_back = announced ? log::falling_back : log::no_xattrs_falling_back;
  o.noxattr = true;
  if (o.cfg.index || o.cfg.metacopy) {
    o.cfg.index = o.cfg.metacopy = false;
    falling_back(c, "index=off,metacopy=off");
  }
  if (o.cfg.xino == xino_option::autom) {
    o.cfg.xino = xino_option::off;
    falling_back(c, "xino=off");
  }
}

/// The test of O_TMPFILE in ovl_make_workdir(): a file without a name. Where it is a struct file, fput() leaves the end of it to the
/// return of the system call, so that what this mount makes next gets another number.
void probe_tmpfile(context& c, mounted& o) {
  backing::filesystem& fs = change_upper(c.w, o);
  const ino_t64 tmpfile = backing::make_inode(c.w, fs, {.type = file_type::file, .mode = 0});
  if (decide(c, c.k.tmpfile_probe, {}) == tmpfile_probe_answer::freed) {
    backing::release(c.w, o.layers[0].fs, tmpfile);
  } else {
    fs.orphans.push_back(tmpfile);
  }
}

/// ovl_check_rename_whiteout(): a file is renamed, which leaves a whiteout behind, and both are removed, the whiteout first. On a
/// filesystem that never gives a number again, two are gone for good.
void probe_rename_whiteout(context& c, mounted& o) {
  if (decide(c, c.k.rename_whiteout_probe, {}) == rename_whiteout_probe_answer::untried) return;
  backing::filesystem& fs = change_upper(c.w, o);
  count_temp(c, o);
  const ino_t64 file = backing::make_inode(c.w, fs, {.type = file_type::file, .mode = 0});
  count_temp(c, o);
  const ino_t64 whiteout = backing::make_inode(c.w, fs, {.type = file_type::chr});
  backing::release(c.w, o.layers[0].fs, whiteout);
  backing::release(c.w, o.layers[0].fs, file);
}

}  // namespace

errc cleanup_error(context& c, errc e) {
  return decide(c, c.k.cleanup_error, {}) == cleanup_error_answer::returned ? e : errc::ok;
}

errc cleanup(context& c, mounted& o, ino_t64 dir, name_id name) {
  const backing::filesystem& fs = upper_fs(c.w, o);
  const ino_t64 ino = backing::lookup(fs, dir, name);
  if (backing::find(fs, ino)->type == file_type::dir && !backing::is_empty_dir(fs, ino)) {
    log::cleanup_failed(c, layer_pd2(c.w, {o.layers[0].fs, ino}), errc::enotempty);
    return cleanup_error(c, errc::enotempty);
  }
  remove_upper_entry(c, o, dir, name);
  return errc::ok;
}

errc workdir_cleanup(context& c, mounted& o, ino_t64 dir, name_id name, int level) {
  const ino_t64 ino = backing::lookup(upper_fs(c.w, o), dir, name);
  const bool is_dir = backing::find(upper_fs(c.w, o), ino)->type == file_type::dir;
  if (!is_dir || level > 1) return cleanup(c, o, dir, name);
  if (backing::is_empty_dir(upper_fs(c.w, o), ino)) {
    remove_upper_entry(c, o, dir, name);
    return errc::ok;
  }
  const bool incompat = level + 1 == 2 && c.w.names.text(name) == incompat_name;
  for (const backing::listed& e : backing::list(c.w, upper_fs(c.w, o), ino)) {
    if (e.is_dot) continue;
    if (incompat && decide(c, c.k.incompat, {}) == incompat_answer::refused) {
      log::incompat_feature(c, c.w.names.text(e.name));
      return errc::einval;
    }
    if (const errc error = workdir_cleanup(c, o, ino, e.name, level + 1); error != errc::ok) return error;
  }
  if (!backing::is_empty_dir(upper_fs(c.w, o), ino)) return cleanup(c, o, dir, name);
  // Reading the directory left a reference that the kernel drops when the system call returns (fput): its number is not free yet
  // when the new directory is made.
  backing::remove_entry(change_upper(c.w, o), dir, name);
  change_upper(c.w, o).orphans.push_back(ino);
  return errc::ok;
}

result<ino_t64> create_in_workbasedir(context& c, mounted& o, const layer_dir& work, std::string_view name, bool persist) {
  const name_id id = c.w.names.intern(name);
  if (const ino_t64 there = backing::lookup(upper_fs(c.w, o), o.workbasedir, id); there != 0) {
    if (persist) return there;
    if (workdir_cleanup(c, o, o.workbasedir, id, 0) == errc::einval) return errc::einval;
    if (backing::lookup(upper_fs(c.w, o), o.workbasedir, id) != 0) {
      log::failed_to_create_directory(c, work.text, name, errc::eexist);
      return ino_t64{0};
    }
  }
  backing::filesystem& fs = change_upper(c.w, o);
  const backing::inode& base = *backing::find(fs, o.workbasedir);
  const std::uint32_t gid = (base.mode & 02000) != 0 ? base.gid : 0;
  const ino_t64 made = backing::make_inode(c.w, fs, {.type = file_type::dir, .mode = 0, .uid = 0, .gid = gid});
  backing::add_entry(fs, o.workbasedir, id, made);
  return made;
}

errc get_workdir(context& c, mounted& o, const layer_dir& upper, const layer_dir& work) {
  if (upper.dir.fs != work.dir.fs) {
    log::not_same_mount(c);
    return errc::einval;
  }
  const backing::filesystem& fs = upper_fs(c.w, o);
  if (backing::is_below(fs, upper.dir.ino, work.dir.ino) || backing::is_below(fs, work.dir.ino, upper.dir.ino)) {
    log::not_separate_subtrees(c);
    return errc::einval;
  }
  o.workbasedir = work.dir.ino;
  if (is_in_use(c.w, work.dir)) {
    if (const errc e = report_in_use(c, o, "workdir"); e != errc::ok) return e;
  } else {
    o.workdir_locked = true;
  }
  if (!set_trap(c, o, work.dir)) {
    log::conflicting_path(c, "workdir");
    return errc::eloop;
  }
  return errc::ok;
}

errc make_workdir(context& c, mounted& o, const layer_dir& work) {
  const result<ino_t64> made = create_in_workbasedir(c, o, work, work_name, false);
  if (!made) return made.error;
  o.workdir = made.value;
  if (o.workdir == 0) return errc::ok;
  if (!set_trap(c, o, {work.dir.fs, o.workdir})) {
    log::conflicting_path(c, "workdir");
    return errc::eloop;
  }
  probe_tmpfile(c, o);
  probe_rename_whiteout(c, o);
  check_xattrs(c, o);
  if (o.cfg.is_volatile) create_volatile_dirty(c, o);
  if (!can_decode_fh(c, o.layers[0].fs)) {
    o.nofh = true;
    if (o.cfg.index) log::no_file_handles_on_upper(c);
    o.cfg.index = false;
  }
  if (o.cfg.nfs_export && !o.cfg.index) {
    log::nfs_export_needs_index(c);
    o.cfg.nfs_export = false;
  }
  return errc::ok;
}

}  // namespace ovlsim::overlay
