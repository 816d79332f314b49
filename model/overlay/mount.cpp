// SPDX-License-Identifier: Apache-2.0
//
// ovl_fill_super() in its order: each check sees what the ones before it changed.
#include "overlay/mount.hpp"

#include <algorithm>

#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/indexdir.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/options.hpp"
#include "overlay/origin.hpp"
#include "overlay/layer_paths.hpp"
#include "overlay/params.hpp"
#include "overlay/real.hpp"
#include "overlay/stat.hpp"
#include "overlay/workdir.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

/// ovl_get_upper().
errc get_upper(context& c, mounted& o, const layer_dir& upper) {
  if (backing::traits_of(*c.w.filesystems[upper.dir.fs]).read_only) {
    log::read_only_upper(c);
    return errc::einval;
  }
  o.layers[0] = {.fs = upper.dir.fs, .fsid = 0, .root = upper.dir.ino};
  o.namelen = backing::traits_of(*c.w.filesystems[upper.dir.fs]).namelen;
  if (!set_trap(c, o, upper.dir)) {
    log::conflicting_path(c, "upperdir");
    return errc::eloop;
  }
  if (is_in_use(c.w, upper.dir)) {
    if (const errc e = report_in_use(c, o, "upperdir"); e != errc::ok) return e;
  } else {
    o.upperdir_locked = true;
  }
  return errc::ok;
}

constexpr std::uint32_t max_stack_depth = 2;  // FILESYSTEM_MAX_STACK_DEPTH

/// The first half of ovl_get_lowerstack(): the directories, and whether their file handles can be decoded.
errc find_lowers(context& c, mounted& o, mount_request& request) {
  const std::size_t lowers = request.options.lower.size() + request.options.data.size();
  if (!request.options.upper && lowers == 1) {
    log::at_least_two_lowers(c);
    return errc::einval;
  }
  if (request.options.lower.empty()) {
    log::only_data_layers(c);
    return errc::einval;
  }
  for (std::size_t n = 0; n < lowers; ++n) {
    if (const errc e = resolve_lower(c, request, n); e != errc::ok) return e;
    const std::uint32_t fs = request.lower[n].dir.fs;
    o.namelen = std::max(o.namelen, namelen_of(c.w, fs));
    if (is_overlay(fs)) o.stack_depth = std::max(o.stack_depth, overlay_at(c.w, fs).stack_depth + 1);
    check_lower_handles(c, o, request.lower[n]);
  }
  if (o.stack_depth > max_stack_depth) {
    log::stacked_too_deep(c);
    return errc::einval;
  }
  return errc::ok;
}

constexpr std::size_t uuid_size = 16;

/// uuid_gen().
std::string new_uuid(world& w) {
  std::string bytes(uuid_size, '\0');
  const std::uint32_t n = w.next_uuid++;
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<char>(n >> (8 * i));
  bytes[6] = 0x40;  // version 4
  bytes[8] = static_cast<char>(0x80);
  return bytes;
}

/// ovl_init_uuid_xattr(): a UUID for an upper that has none yet; with uuid=auto only if it was never used (not impure).
void init_uuid(context& c, mounted& o) {
  const bool stores = decide(c, c.k.overlay_uuid, {}) == overlay_uuid_answer::stored;
  const bool has_fsid = stores && (o.cfg.uuid == uuid_option::autom || o.cfg.uuid == uuid_option::on);  // ovl_has_fsid()
  if (!o.has_upper() || !has_fsid) return;
  const real upper{o.layers[0].fs, o.layers[0].root};
  const auto stored = get_layer_xattr(c.w, o, upper, xattr_name::uuid);
  if (stored && stored->size() != uuid_size) {
    constexpr int erange = -34;
    const bool fits = stored->size() < uuid_size;
    log::failed_to_get_uuid(c, layer_pd2(c.w, upper), fits ? static_cast<int>(stored->size()) : erange);
    o.cfg.uuid = uuid_option::null;
  } else if (stored) {
    std::copy(stored->begin(), stored->end(), o.s_uuid.begin());
  }
  if (stored) return;
  if (o.cfg.uuid == uuid_option::autom) {
    const auto impure = get_layer_xattr(c.w, o, upper, xattr_name::impure);
    if (impure && !impure->empty()) {
      o.cfg.uuid = uuid_option::null;
      return;
    }
    if (!impure) o.cfg.uuid = uuid_option::on;  // an empty value is neither: the UUID is made, and the option stays
  }
  const std::string bytes = new_uuid(c.w);
  const errc e = set_upper_xattr(c.w, o, upper.ino, xattr_name::uuid, bytes);
  if (e == errc::ok) std::copy(bytes.begin(), bytes.end(), o.s_uuid.begin());
}

/// What origins are marked with that this mount stores, where a candidate policy marks them.
void init_instance(context& c, mounted& o) {
  const stored_instance_answer of = decide(c, c.k.stored_instance, {});
  if (of == stored_instance_answer::none || !o.has_upper()) return;
  const real upper{o.layers[0].fs, o.layers[0].root};
  const auto stored = get_layer_xattr(c.w, o, upper, xattr_name::instance);
  const bool known = of == stored_instance_answer::upper && stored && stored->size() == uuid_size;
  const std::string bytes = known ? std::string(*stored) : new_uuid(c.w);
  if (of == stored_instance_answer::upper && !known) set_upper_xattr(c.w, o, upper.ino, xattr_name::instance, bytes);
  std::copy_n(bytes.begin(), uuid_size, o.instance.begin());
}

/// What uuid=off falls back to where it cannot be had: to no UUID of the overlay's own, however that is spelled.
uuid_option uuid_without_overlay_uuid(context& c) {
  return decide(c, c.k.overlay_uuid, {}) == overlay_uuid_answer::stored ? uuid_option::null : uuid_option::on;
}

/// ovl_get_root().
void make_root(context& c, mounted& o) {
  const bool has_upper = o.has_upper();
  const layer& top = o.layers[has_upper ? 0 : 1];
  const ino_t64 real_ino = top.root;
  const std::uint32_t slot = new_inode_slot(o);
  const ino_t64 number = map_i_ino(o, i_ino(c.w, {top.fs, top.root}), top.fsid, true);
  inode& root = o.inodes[slot];
  root.type = file_type::dir;
  root.i_ino = number;
  root.nlink = 1;
  root.upper = has_upper ? real_ino : 0;
  for (std::uint32_t n = 1; n < merged_layers(o); ++n) root.lower.push_back({n, o.layers[n].root});
  root.whiteouts = true;
  root.upperdata = true;
  root.impure = has_upper && is_impure_dir(c.w, o, real_ino);
  const std::uint32_t d = add_dentry(o, none, name_id{0});
  o.dentries[d].upper_alias = has_upper;
  instantiate(o, d, slot);
}

/// What an overlay without a workdir cannot have, and what metacopy excludes after all fallbacks.
void disable_without_indexdir(context& c, mounted& o) {
  if (o.workdir == 0) {
    o.cfg.index = false;
    if (o.has_upper() && o.cfg.nfs_export) {
      log::nfs_export_needs_indexdir(c);
      o.cfg.nfs_export = false;
    }
  }
  if (o.cfg.metacopy && o.cfg.nfs_export) {
    log::no_nfs_export_with_metacopy(c);
    o.cfg.nfs_export = false;
  }
}

/// What else this kernel's overlayfs makes of the xattrs.
void init_xattr_features(context& c, mounted& o) {
  o.cfg.escapes_xattrs = decide(c, c.k.own_xattrs, {}) == own_xattrs_answer::escaped;
  o.cfg.whiteout_xattr = decide(c, c.k.whiteout_xattr, {}) == whiteout_xattr_answer::honoured;
}

errc fill_super(context& c, mounted& o, mount_request& request) {
  if (const errc e = check_options_known(c, request); e != errc::ok) return e;
  if (request.api == mount_api_answer::fs_context) {
    if (const errc e = resolve_all(c, request); e != errc::ok) return e;
  }
  const result<config> cfg = verify_params(c, request);
  if (!cfg) return cfg.error;
  o.cfg = cfg.value;
  init_xattr_features(c, o);
  o.ro = request.options.ro;
  if (request.options.lower.empty() && request.options.data.empty()) {
    log::missing_lowerdir(c);
    return errc::einval;
  }
  o.layers.emplace_back();
  if (request.options.upper) {
    if (!request.options.work) {
      log::missing_workdir(c);
      return errc::einval;
    }
    if (const errc e = resolve_upper(c, request); e != errc::ok) return e;
    if (const errc e = get_upper(c, o, *request.upper); e != errc::ok) return e;
    if (const errc e = resolve_work(c, request); e != errc::ok) return e;
    if (const errc e = get_workdir(c, o, *request.upper, *request.work); e != errc::ok) return e;
  }
  const auto make_upper_workdir = [&] { return request.upper ? make_workdir(c, o, *request.work) : errc::ok; };
  const bool workdir_first = decide(c, c.k.workdir_order, {}) == workdir_order_answer::before_lowers;
  errc made = workdir_first ? make_upper_workdir() : errc::ok;
  if (made == errc::ok) made = find_lowers(c, o, request);
  if (made == errc::ok && !workdir_first) made = make_upper_workdir();
  if (made != errc::ok) return made;
  o.work_fs = work_fs(c, request);
  if (o.workdir == 0) o.ro = true;
  if (const errc e = get_layers(c, o, request); e != errc::ok) return e;
  if (o.cfg.uuid == uuid_option::off && o.sbs.size() > 1) {
    o.cfg.uuid = uuid_without_overlay_uuid(c);
    log::uuid_off_needs_one_fs(c, ovlsim::name(o.cfg.uuid));
  } else {
    init_uuid(c, o);
  }
  init_instance(c, o);
  if (o.has_upper() && o.workdir != 0 && o.cfg.index) {
    if (const errc e = get_indexdir(c, o, *request.work); e != errc::ok) return e;
    if (o.workdir == 0) o.ro = true;
  } else if (o.has_upper() && o.workdir != 0) {
    check_root_origin(c, o);
  }
  if (const errc e = check_overlapping_layers(c, o); e != errc::ok) return e;
  disable_without_indexdir(c, o);
  o.dev = c.w.next_dev++;
  make_root(c, o);
  return errc::ok;
}

}  // namespace

namespace {

/// The lowest number that no overlay has.
std::uint32_t free_id(const world& w) {
  std::uint32_t id = 0;
  while (std::any_of(w.overlays.begin(), w.overlays.end(), [id](const auto& o) { return o->id == id; })) ++id;
  return id;
}

/// Takes an overlay out of the world.
void forget(world& w, std::uint32_t index) {
  for (open_file& f : w.files) {
    if (f.on_overlay && f.where > index) --f.where;
  }
  for (pipe_buffer& p : w.pipes) {
    if (p.on_overlay && p.where > index) --p.where;
  }
  w.overlays.erase(w.overlays.begin() + index);
}

}  // namespace

errc mount(context& c, std::string_view name, const mount_options& options) {
  mount_request request{.options = options, .api = decide(c, c.k.mount_api, {})};
  copy_on_write<mounted> made;
  mounted& o = made.change();
  o.name = c.w.names.intern(name);
  o.id = free_id(c.w);
  if (const errc e = fill_super(c, o, request); e != errc::ok) return e;
  c.w.overlays.push_back(std::move(made));
  return errc::ok;
}

void unmount(context& c, std::uint32_t index) {
  // umount(2) takes away the name. A layer is a mount of its own, which keeps the superblock with its caches and locks.
  c.w.overlays[index].change().detached = true;
  const auto unused = [&](const copy_on_write<mounted>& o) { return o->detached && !uses(c.w, on_overlay + o->id); };
  while (true) {
    const auto gone = std::find_if(c.w.overlays.begin(), c.w.overlays.end(), unused);
    if (gone == c.w.overlays.end()) break;
    forget(c.w, static_cast<std::uint32_t>(gone - c.w.overlays.begin()));
  }
  reap_nameless(c.w);
}
bool uses(const world& w, std::uint32_t fs) {
  return std::any_of(w.overlays.begin(), w.overlays.end(), [fs](const auto& o) {
    if (o->work_fs == fs) return true;
    return std::any_of(o->layers.begin(), o->layers.end(), [fs](const layer& l) { return l.fs == fs; });
  });
}

}  // namespace ovlsim::overlay
