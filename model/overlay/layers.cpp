// SPDX-License-Identifier: Apache-2.0
#include "overlay/layers.hpp"

#include <algorithm>
#include <utility>

#include "backing/tree.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/log.hpp"
#include "overlay/options.hpp"
#include "overlay/origin.hpp"
#include "overlay/real.hpp"

namespace ovlsim::overlay {

namespace {

/// ovl_lower_uuid_ok() and what a bad UUID costs; the index into o.sbs of a filesystem that is new among the layers.
std::uint32_t add_filesystem(context& c, mounted& o, const layer_dir& lower) {
  const uuid id = uuid_of(c.w, lower.dir.fs);
  uuid_question q{.opts = in_force(o), .has_upper = o.has_upper(), .null_uuid = id == uuid{}};
  std::uint32_t twin = none;
  for (std::uint32_t n = 0; n < o.sbs.size(); ++n) {
    if (o.sbs[n].is_lower && uuid_of(c.w, o.sbs[n].fs) == id) {
      q.same_as_upper_alone = n == 0 && o.has_upper();
      q.same_as_earlier_lower = true;
      if (twin == none) twin = n;
    }
  }
  sb added{.fs = lower.dir.fs, .pseudo_dev = c.w.next_dev++};
  if (const uuid_answer a = decide(c, c.k.lower_uuid, q); a != uuid_answer::ok) {
    added.bad_uuid = a == uuid_answer::bad;
    // The earlier filesystem of that UUID cannot be told from this one any more, either.
    if (twin != none) o.sbs[twin].bad_uuid = o.sbs[twin].bad_uuid || added.bad_uuid;
    bool warn = o.cfg.index || o.cfg.nfs_export;
    o.cfg.index = o.cfg.nfs_export = false;
    const bool keeps_xino = decide(c, c.k.xino_auto, {}) == xino_auto_answer::stays;
    if (o.cfg.xino == xino_option::autom && !keeps_xino) {
      o.cfg.xino = xino_option::off;
      warn = true;
    }
    const std::string_view xino = keeps_xino ? std::string_view{} : ovlsim::name(o.cfg.xino);
    if (warn) log::bad_uuid(c, q.null_uuid, layer_pd2(c.w, lower.dir), xino);
  }
  o.sbs.push_back(added);
  return static_cast<std::uint32_t>(o.sbs.size() - 1);
}

/// ovl_get_fsid().
std::uint32_t fsid_of(context& c, mounted& o, const layer_dir& lower) {
  for (std::uint32_t n = 0; n < o.sbs.size(); ++n) {
    if (o.sbs[n].fs == lower.dir.fs) return n;
  }
  return add_filesystem(c, o, lower);
}

/// ovl_check_layer(): walks from a layer's root up, looking for directories that other mounts use
/// and, where the two must lie `apart`, for other layers.
errc check_layer(context& c, const mounted& o, const real& root, std::string_view what, bool apart) {
  for (real ancestor = root;;) {
    const ino_t64 below = std::exchange(ancestor, parent_of(c.w, ancestor)).ino;
    if (ancestor.ino == below) return errc::ok;
    if (apart && is_trap(c.w, o, ancestor)) {
      log::overlapping_path(c, what);
      return errc::eloop;
    }
    if (is_in_use(c.w, ancestor)) {
      if (const errc e = report_in_use(c, o, what); e != errc::ok) return e;
    }
  }
}

bool all_ino32(context& c, const mounted& o, const mount_request& request) {
  const auto ino32 = [&](std::uint32_t fs) { return handles_of(c.w, fs) == backing::handle_class::ino32 && can_decode_fh(c, fs); };
  bool all = !o.has_upper() || ino32(o.layers[0].fs);
  for (const layer_dir& l : request.lower) all = all && ino32(l.dir.fs);
  return all;
}

/// The st_dev of a layer's files where the overlay cannot number them (ovl_map_dev_ino).
void set_layer_dev(context& c, mounted& o, std::uint32_t n) {
  layer& l = o.layers[n];
  switch (decide(c, c.k.layer_dev, {.upper = n == 0, .on_upper_fs = n != 0 && l.fsid == 0})) {
    case layer_dev_answer::for_filesystem: l.dev = l.fsid < o.sbs.size() ? o.sbs[l.fsid].pseudo_dev : 0; break;
    case layer_dev_answer::for_layer: l.dev = c.w.next_dev++; break;
    case layer_dev_answer::real: l.dev = dev_of(c.w, l.fs); break;
  }
}

}  // namespace

bool is_in_use(const world& w, const real& dir) {
  for (const copy_on_write<mounted>& m : w.overlays) {
    const mounted& other = *m;
    if (!other.has_upper() || other.layers[0].fs != dir.fs) continue;
    if (other.upperdir_locked && other.layers[0].root == dir.ino) return true;
    if (other.workdir_locked && other.workbasedir == dir.ino) return true;
  }
  return false;
}

errc report_in_use(context& c, const mounted& o, std::string_view what) {
  const bool of_any_mount = decide(c, c.k.layer_traps, {}) == layer_traps_answer::none;
  const in_use_answer a = decide(c, c.k.in_use, {.index = o.cfg.index});
  if (a == in_use_answer::warn) log::in_use(c, what, of_any_mount);
  if (a != in_use_answer::ebusy) return errc::ok;
  const bool for_index = decide(c, c.k.in_use, {.index = false}) != in_use_answer::ebusy;
  log::in_use_exclusively(c, what, of_any_mount, for_index);
  return errc::ebusy;
}

void check_lower_handles(context& c, mounted& o, const layer_dir& lower) {
  if (can_decode_fh(c, lower.dir.fs)) return;
  o.nofh = true;
  if (o.cfg.nfs_export || (o.cfg.index && o.has_upper())) {
    o.cfg.index = o.cfg.nfs_export = false;
    const bool nfs_export = decide(c, c.k.option, {.option = option_name::nfs_export}) == option_answer::known;
    log::no_file_handles_no_index(c, lower.text, nfs_export);
  }
  if (o.cfg.xino == xino_option::autom && o.has_upper() && decide(c, c.k.xino_auto, {}) == xino_auto_answer::falls_back) {
    o.cfg.xino = xino_option::off;
    log::no_file_handles_no_xino(c, lower.text);
  }
}

errc get_layers(context& c, mounted& o, const mount_request& request) {
  o.sbs.push_back({.fs = o.has_upper() ? o.layers[0].fs : none, .pseudo_dev = c.w.next_dev++});
  if (o.has_upper()) set_layer_dev(c, o, 0);
  const bool trapped = decide(c, c.k.layer_traps, {}) == layer_traps_answer::set;
  o.data_layers = static_cast<std::uint32_t>(request.options.data.size());
  const std::size_t merged = request.lower.size() - o.data_layers;
  for (std::size_t n = 0; n < request.lower.size(); ++n) {
    const layer_dir& l = request.lower[n];
    // ovl_get_data_fsid(): data-only layers share a number of their own, which stands for no filesystem.
    const bool data_only = n >= merged;
    const std::uint32_t fsid = data_only ? static_cast<std::uint32_t>(o.sbs.size()) : fsid_of(c, o, l);
    if (!set_trap(c, o, l.dir)) {
      log::conflicting_path(c, "lowerdir");
      return errc::eloop;
    }
    if (trapped && is_in_use(c.w, l.dir)) {
      if (const errc e = report_in_use(c, o, "lowerdir"); e != errc::ok) return e;
    }
    o.layers.push_back({.fs = l.dir.fs, .fsid = fsid, .root = l.dir.ino});
    set_layer_dev(c, o, static_cast<std::uint32_t>(o.layers.size() - 1));
    if (!data_only) o.sbs[fsid].is_lower = true;
  }
  const xino_bits_question q{.opts = in_force(o),
                             .filesystems = static_cast<std::uint32_t>(o.sbs.size()),
                             .has_upper = o.has_upper(),
                             .all_ino32 = all_ino32(c, o, request)};
  o.xino_mode = decide(c, c.k.xino_bits, q);
  o.cfg.xino_reserves_bit = decide(c, c.k.xino_range, {}) == xino_range_answer::reserves_bit;
  if (o.xino_mode == 0 && o.cfg.xino == xino_option::on && o.cfg.xino_reserves_bit) log::xino_useless(c);
  if (o.xino_mode > 0) log::xino_bits(c, o.xino_mode);
  return errc::ok;
}

errc check_overlapping_layers(context& c, const mounted& o) {
  if (decide(c, c.k.layer_traps, {}) == layer_traps_answer::none) return errc::ok;
  if (o.has_upper()) {
    const std::uint32_t fs = o.layers[0].fs;
    const bool apart = decide(c, c.k.upper_in_lower, {}) == upper_in_lower_answer::eloop;
    if (const errc e = check_layer(c, o, {fs, o.layers[0].root}, "upperdir", apart); e != errc::ok) return e;
    if (const errc e = check_layer(c, o, {fs, o.workbasedir}, "workdir", apart); e != errc::ok) return e;
  }
  for (std::size_t n = 1; n < o.layers.size(); ++n) {
    const errc e = check_layer(c, o, {o.layers[n].fs, o.layers[n].root}, "lowerdir", true);
    if (e != errc::ok) return e;
  }
  return errc::ok;
}

std::string layer_pd2(const world& w, const real& dir) {
  if (is_overlay(dir.fs)) return pd2(w, overlay_at(w, dir.fs), dentry_of(dir));
  const backing::filesystem& fs = *w.filesystems[dir.fs];
  if (dir.ino == fs.root) return "/";
  const auto name_of = [&](ino_t64 ino) -> std::string {
    for (const backing::dirent& e : fs.entries) {
      if (e.ino == ino) return std::string(w.names.text(e.name));
    }
    return {};
  };
  const ino_t64 parent = backing::parent_of(fs, dir.ino);
  return (parent == fs.root ? std::string{} : name_of(parent)) + "/" + name_of(dir.ino);
}

std::string dentry_pd2(const world& w, std::uint32_t fs_index, backing::dentry_id dentry) {
  const backing::filesystem& fs = *w.filesystems[fs_index];
  const auto is_it = [dentry](const backing::dirent& e) { return e.dentry == dentry; };
  const auto hashed = std::find_if(fs.entries.begin(), fs.entries.end(), is_it);
  const auto gone = std::find_if(fs.unhashed.begin(), fs.unhashed.end(), is_it);
  if (hashed == fs.entries.end() && gone == fs.unhashed.end()) return "/";
  const backing::dirent e = hashed == fs.entries.end() ? *gone : *hashed;
  const auto names_dir = [&e](const backing::dirent& other) { return other.ino == e.dir; };
  const auto dir = std::find_if(fs.entries.begin(), fs.entries.end(), names_dir);
  const std::string parent = dir == fs.entries.end() ? std::string{} : std::string(w.names.text(dir->name));
  return parent + "/" + std::string(w.names.text(e.name));
}

}  // namespace ovlsim::overlay
