// SPDX-License-Identifier: Apache-2.0
#include "overlay/indexdir.hpp"

#include "backing/handles.hpp"
#include "backing/tree.hpp"
#include "overlay/dir.hpp"
#include "overlay/index.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/nlink.hpp"
#include "overlay/origin.hpp"
#include "overlay/real.hpp"
#include "overlay/workdir.hpp"

namespace ovlsim::overlay {

namespace {

constexpr std::string_view index_dir_name = "index";  // OVL_INDEXDIR_NAME

real upper_root(const mounted& o) { return {o.layers[0].fs, o.layers[0].root}; }

/// hex2bin(): two digits a byte, in either case; an odd last digit is not looked at.
std::optional<std::string> from_hex(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    const int high = digit(text[at]);
    const int low = digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

/// The non-directory that only the index still links to: is anything left of it that the overlay shows?
errc verify_last_link(context& c, mounted& o, const real& index, std::string_view fh, std::string_view name) {
  const std::string pd2 = index_pd2(name);
  const std::optional<lower_path> origin = decode_lower(c, o, decode_fb(fh), false);
  if (!origin) return errc::estale;
  if (!has_type_of(c.w, o, index, *origin)) {
    const errc e = wrong_type(c, o, index, pd2, *origin).error;
    return e == errc::ok ? errc::estale : e;
  }
  inode_params p;
  p.upper = index.ino;
  p.lower.push_back(*origin);
  p.indexed = true;
  const recorded_nlink links = get_nlink(c, o, p, 0);
  if (links.error) log::failed_to_get_nlink(c, pd2, *links.error);
  return links.nlink == 0 ? errc::enoent : errc::ok;
}

/// The checks of ovl_verify_index(): `ok` keeps the entry, `estale` removes it, `enoent` is an orphan; any other refuses the mount.
errc check_index(context& c, mounted& o, const real& index, std::string_view name) {
  if (name.size() < 2 * fb_header) return errc::einval;
  const std::optional<std::string> fh = from_hex(name);
  if (!fh) return errc::einval;
  if (const errc e = check_fb(*fh); e != errc::ok) return e;
  const backing::inode entry = attributes(c.w, index);
  if (entry.type == file_type::chr) return errc::ok;
  if (entry.type == file_type::dir && !o.cfg.nfs_export) return errc::ok;
  real upper = index;
  if (entry.type == file_type::dir) {  // ovl_index_upper()
    const bool within = decide(c, c.k.index_upper, {}) == index_upper_answer::within_upper;
    const result<ino_t64> found = index_upper(c, o, index.ino, within);
    if (found.error == errc::estale) return errc::enoent;
    if (!found) return found.error;
    if (found.value == 0) return errc::estale;
    upper.ino = found.value;
  }
  if (const errc e = verify_fh(c, o, upper, xattr_name::origin, decode_fb(*fh).bytes); e != errc::ok) return e;
  if (entry.type != file_type::dir && entry.nlink == 1) return verify_last_link(c, o, index, *fh, name);
  return errc::ok;
}

/// ovl_verify_index().
errc verify_index(context& c, mounted& o, const real& index, std::string_view name) {
  const errc e = check_index(c, o, index, name);
  if (e == errc::ok) return errc::ok;
  const backing::inode entry = attributes(c.w, index);
  const std::string pd2 = index_pd2(name);
  if (e == errc::enoent) {
    const bool one_link = entry.type == file_type::dir && !backing::counts_subdirs(c.w, index);
    log::orphan_index(c, pd2, entry.type, one_link ? 1 : entry.nlink);
  } else {
    log::failed_to_verify_index(c, pd2, entry.type, e);
  }
  return e;
}

/// What happens to one entry.
errc clean_entry(context& c, mounted& o, name_id id) {
  const std::string name(c.w.names.text(id));  // names may move
  const real index{o.layers[0].fs, backing::lookup(upper_fs(c.w, o), o.workdir, id)};
  if (name.front() == '#') return workdir_cleanup(c, o, o.workdir, id, 1);  // left over from an attempt
  switch (const errc e = verify_index(c, o, index, name)) {
    case errc::ok: return errc::ok;
    case errc::estale: return cleanup(c, o, o.workdir, id);
    case errc::enoent: return o.cfg.nfs_export ? cleanup_and_whiteout(c, o, o.workdir, id) : cleanup(c, o, o.workdir, id);
    default: return e;
  }
}

/// ovl_indexdir_cleanup().
errc indexdir_cleanup(context& c, mounted& o) {
  errc e = errc::ok;
  if (attributes(c.w, {o.layers[0].fs, o.workdir}).type != file_type::dir) e = errc::enotdir;
  if (e == errc::ok) {
    for (const backing::listed& entry : backing::list(c.w, upper_fs(c.w, o), o.workdir)) {
      if (entry.is_dot) continue;
      e = clean_entry(c, o, entry.name);
      if (e != errc::ok) break;
    }
  }
  if (e != errc::ok) log::failed_indexdir_cleanup(c, e);
  return e;
}

/// The directory is there: does it belong to this upper?
errc take_over(context& c, mounted& o) {
  const real index{o.layers[0].fs, o.workdir};
  if (decide(c, c.k.index_owner, {}) == index_owner_answer::origin) {
    const errc e = verify_origin_xattr(c, o, index, xattr_name::origin, upper_root(o), true, true);
    if (e == errc::ok) return indexdir_cleanup(c, o);
    log::failed_to_verify_indexdir_origin(c);
    return e;
  }
  if (get_layer_xattr(c.w, o, index, xattr_name::origin)) {  // of an older kernel
    if (verify_origin_xattr(c, o, index, xattr_name::origin, upper_root(o), true, false) != errc::ok) {
      log::failed_to_verify_indexdir(c, "origin");
    }
  }
  errc e = verify_upper(c, o, index, upper_root(o), true);
  if (e != errc::ok) {
    log::failed_to_verify_indexdir(c, "upper");
  } else {
    e = indexdir_cleanup(c, o);
  }
  return e;
}

}  // namespace

errc get_indexdir(context& c, mounted& o, const layer_dir& work) {
  const real lower_root{o.layers[1].fs, o.layers[1].root};
  const result<byte_string> bytes = encode_stored_fh(c, o, lower_root, false);
  errc e = bytes.error;
  if (bytes) e = verify_or_set_fh(c, o, upper_root(o), xattr_name::origin, backing::view(bytes.value));
  if (e != errc::ok && decide(c, c.k.root_origin_log, {}) == root_origin_log_answer::in_full) {
    log::failed_to_verify(c, "origin", layer_pd2(c.w, lower_root), bytes ? i_ino(c.w, lower_root) : 0, e);
  }
  if (e != errc::ok) {
    log::failed_to_verify_upper_root(c);
    return e;
  }
  clear_trap(o, {o.layers[0].fs, o.workdir});
  o.workdir = 0;
  const result<ino_t64> index = create_in_workbasedir(c, o, work, index_dir_name, true);
  if (!index) return index.error;
  if (index.value != 0) {
    o.workdir = index.value;
    if (!set_trap(c, o, {o.layers[0].fs, o.workdir})) {
      log::conflicting_path(c, "indexdir");
      return errc::eloop;
    }
    e = take_over(c, o);
  }
  if (e != errc::ok || o.workdir == 0) log::try_deleting_indexdir(c);
  return e;
}

}  // namespace ovlsim::overlay
