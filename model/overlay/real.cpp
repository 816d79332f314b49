// SPDX-License-Identifier: Apache-2.0
//
// Each function asks either a backing filesystem or the lower overlay; where that has the answer from its own layers, it goes on there.
#include "overlay/real.hpp"

#include <algorithm>

#include "backing/handles.hpp"
#include "backing/tree.hpp"
#include "backing/xattr_rules.hpp"
#include "overlay/export.hpp"
#include "overlay/lowerdata.hpp"
#include "overlay/namei.hpp"
#include "overlay/readdir.hpp"
#include "overlay/stat.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

/// The inode of the lower overlay that `r` means.
const inode& overlay_inode(const world& w, const real& r) { return inode_of(overlay_at(w, r.fs), dentry_of(r)); }

/// What that has behind it.
real behind(const world& w, const real& r) { return real_of(overlay_at(w, r.fs), overlay_inode(w, r)); }

const backing::filesystem& fs_of(const world& w, const real& r) { return *w.filesystems[r.fs]; }

/// The d_ino of `..`. mksquashfs gives the parent of the root the number behind the last.
ino_t64 dotdot_of(const backing::filesystem& fs, ino_t64 dir) {
  return dir == fs.root && fs.type == fs_type::squashfs ? fs.inodes.size() + 1 : backing::parent_of(fs, dir);
}

}  // namespace

std::uint32_t index_of_overlay(const world& w, std::uint32_t fs) {
  const auto is_it = [fs](const copy_on_write<mounted>& o) { return on_overlay + o->id == fs; };
  return static_cast<std::uint32_t>(std::find_if(w.overlays.begin(), w.overlays.end(), is_it) - w.overlays.begin());
}

const uuid& uuid_of(const world& w, std::uint32_t fs) {
  return is_overlay(fs) ? overlay_at(w, fs).s_uuid : w.filesystems[fs]->id;
}

backing::handle_class handles_of(const world& w, std::uint32_t fs) {
  if (!is_overlay(fs)) return backing::handles_of(*w.filesystems[fs]);
  return overlay_at(w, fs).cfg.nfs_export ? backing::handle_class::other : backing::handle_class::none;
}

std::uint32_t dev_of(const world& w, std::uint32_t fs) { return is_overlay(fs) ? overlay_at(w, fs).dev : w.filesystems[fs]->dev; }

std::uint32_t namelen_of(const world& w, std::uint32_t fs) {
  return is_overlay(fs) ? overlay_at(w, fs).namelen : backing::traits_of(*w.filesystems[fs]).namelen;
}

real backing_of(const world& w, real r) {
  while (is_overlay(r.fs)) r = behind(w, r);
  return r;
}

real_key key_of(const world& w, const real& r) {
  if (!is_overlay(r.fs)) return {r.fs, r.ino};
  return {r.fs, ino_t64{overlay_at(w, r.fs).dentries[dentry_of(r)].inode} + 1};
}

ino_t64 i_ino(const world& w, const real& r) { return is_overlay(r.fs) ? overlay_inode(w, r).i_ino : r.ino; }

std::uint32_t i_nlink(const world& w, const real& r) {
  return is_overlay(r.fs) ? overlay_inode(w, r).nlink : backing::find(fs_of(w, r), r.ino)->nlink;
}

std::uint16_t i_mode(const world& w, const real& r) {
  return is_overlay(r.fs) ? overlay_inode(w, r).mode : backing::find(fs_of(w, r), r.ino)->mode;
}

answer::stat get_attributes(context& c, const real& r) {
  if (is_overlay(r.fs)) return getattr(c, overlay_at(c.w, r.fs), dentry_of(r));
  const backing::filesystem& fs = fs_of(c.w, r);
  const backing::inode& i = *backing::find(fs, r.ino);
  const bool one_link = i.type == file_type::dir && i.nlink != 0 && !backing::traits_of(fs).counts_subdirs;
  backing::note_content(fs, i);
  return {i.type, i.mode, one_link ? 1 : i.nlink, i.size, i.ino, 0};
}

result<std::string_view> get_xattr(const world& w, const real& r, std::string_view name) {
  const file_type type = attributes(w, r).type;
  if (const errc e = backing::check_xattr_kind(name, type, backing::xattr_use::get); e != errc::ok) return e;
  if (is_overlay(r.fs)) {
    const result<std::string> stored = name_on_layer(overlay_at(w, r.fs), name);
    return stored ? get_xattr(w, behind(w, r), stored.value) : stored.error;
  }
  const backing::filesystem& fs = fs_of(w, r);
  if (const errc e = backing::check_xattr_name(fs, name, type, backing::xattr_use::get); e != errc::ok) return e;
  const auto value = backing::get_xattr(w, fs, r.ino, name);
  return value ? result<std::string_view>(*value) : errc::enodata;
}

result<std::vector<std::string>> list_xattrs(const world& w, const real& r) {
  std::vector<std::string> names;
  if (is_overlay(r.fs)) {
    const result<std::vector<std::string>> below = list_xattrs(w, behind(w, r));
    if (!below) return below.error;
    for (const std::string& name : below.value) {
      std::string shown = name_in_mount(overlay_at(w, r.fs), name);
      if (!shown.empty()) names.push_back(std::move(shown));
    }
    return names;
  }
  const backing::filesystem& fs = fs_of(w, r);
  if (const errc e = backing::check_xattr_list(fs, *backing::find(fs, r.ino)); e != errc::ok) return e;
  for (const name_id id : backing::xattr_names(fs, r.ino)) names.emplace_back(w.names.text(id));
  return names;
}

errc open_data(context& c, const real& r) {
  if (!is_overlay(r.fs)) return errc::ok;
  if (needs_lowerdata(overlay_inode(c.w, r))) {  // ovl_open()
    const errc e = verify_lowerdata(c, change_overlay(c.w, r.fs), dentry_of(r));
    if (e != errc::ok) return e;
  }
  return open_data(c, realdata_of(overlay_at(c.w, r.fs), overlay_inode(c.w, r)));
}

real data_of(const world& w, real r) {
  while (is_overlay(r.fs)) r = realdata_of(overlay_at(w, r.fs), overlay_inode(w, r));
  return r;
}

result<std::string> read_data(context& c, const real& r) {
  if (const errc e = open_data(c, r); e != errc::ok) return e;
  const real at = data_of(c.w, r);
  return backing::read_all(fs_of(c.w, at), *backing::find(fs_of(c.w, at), at.ino));
}

std::string_view link_target(const world& w, const real& r) {
  const real at = backing_of(w, r);
  return backing::target(fs_of(w, at), *backing::find(fs_of(w, at), at.ino));
}

result<real> lookup_in(context& c, const real& dir, std::string_view name, std::optional<name_id> id) {
  if (!is_overlay(dir.fs)) return real{dir.fs, id ? backing::lookup(fs_of(c.w, dir), dir.ino, *id) : 0};
  std::uint32_t d = id ? cached(overlay_at(c.w, dir.fs), dentry_of(dir), *id) : none;
  if (d != none && !is_valid(c, overlay_at(c.w, dir.fs), d)) {
    invalidate(c, change_overlay(c.w, dir.fs), d);
    d = none;
  }
  if (d == none) {
    const result<std::uint32_t> found = lookup_slow(c, change_overlay(c.w, dir.fs), dentry_of(dir), name, id);
    if (found.error == errc::enametoolong) return real{dir.fs, 0};
    if (!found) return found.error;
    d = found.value;
  }
  const bool positive = overlay_at(c.w, dir.fs).dentries[d].inode != none;
  return positive ? real_dentry(dir.fs, d) : real{dir.fs, 0};
}

real parent_of(const world& w, const real& dir) {
  if (!is_overlay(dir.fs)) return {dir.fs, backing::parent_of(fs_of(w, dir), dir.ino)};
  const std::uint32_t parent = overlay_at(w, dir.fs).dentries[dentry_of(dir)].parent;
  return parent == none ? dir : real_dentry(dir.fs, parent);
}

bool is_below(const world& w, const real& dir, const real& ancestor) {
  if (!is_overlay(dir.fs)) return backing::is_below(fs_of(w, dir), dir.ino, ancestor.ino);
  if (!overlay_at(w, dir.fs).dentries[dentry_of(dir)].hashed) return false;
  for (real at = dir;;) {
    if (at.ino == ancestor.ino) return true;
    const real parent = parent_of(w, at);
    if (parent.ino == at.ino) return false;
    at = parent;
  }
}

std::optional<name_id> name_of(const world& w, const real& dir) {
  if (is_overlay(dir.fs)) return overlay_at(w, dir.fs).dentries[dentry_of(dir)].name;
  const auto& entries = fs_of(w, dir).entries;
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const backing::dirent& e) { return e.ino == dir.ino; });
  return entry == entries.end() ? std::nullopt : std::optional<name_id>(entry->name);
}

result<dir_entries> read_dir(context& c, const real& dir, bool dotdot) {
  if (is_overlay(dir.fs)) return iterate(c, change_overlay(c.w, dir.fs), dentry_of(dir));
  const backing::filesystem& fs = fs_of(c.w, dir);
  dir_entries out;
  for (const backing::listed& e : backing::list(c.w, fs, dir.ino)) {
    const file_type type = e.is_dot ? file_type::dir : backing::find(fs, e.ino)->type;
    const bool is_dotdot = e.is_dot && e.ino == 0;
    const ino_t64 ino = is_dotdot && dotdot ? dotdot_of(fs, dir.ino) : e.ino;
    out.push_back({.name = e.name, .is_dot = e.is_dot, .is_dotdot = is_dotdot, .type = type, .ino = ino});
  }
  return out;
}

result<fid> encode_real(context& c, const real& r) {
  fid out;
  if (is_overlay(r.fs)) {
    taken_handle handle;
    if (encode_fh(c, change_overlay(c.w, r.fs), dentry_of(r), handle) != errc::ok) return errc::eio;
    out.type = static_cast<std::uint8_t>(handle.type);
    out.bytes = handle.bytes;
    return out;
  }
  const backing::file_handle h = backing::encode(fs_of(c.w, r), *backing::find(fs_of(c.w, r), r.ino));
  out.type = h.type;
  out.bytes.assign(h.fid.begin(), h.fid.end());
  return out;
}

real decode_real(context& c, const real& root, std::uint8_t type, std::string_view bytes, bool connected) {
  real found{root.fs, 0};
  if (!is_overlay(root.fs)) {
    const backing::inode* i = backing::decode(fs_of(c.w, root), type, bytes.data(), bytes.size());
    if (i != nullptr) found.ino = i->ino;
  } else if (overlay_at(c.w, root.fs).cfg.nfs_export) {  // exportfs_can_decode_fh()
    const taken_handle handle{.type = type, .bytes = byte_string(bytes.begin(), bytes.end())};
    const result<std::uint32_t> d = decode_fh(c, change_overlay(c.w, root.fs), handle);
    if (d) found = real_dentry(root.fs, d.value);
  }
  const bool outside = found.ino != 0 && connected && attributes(c.w, found).type == file_type::dir && !is_below(c.w, found, root);
  return outside ? real{root.fs, 0} : found;
}

}  // namespace ovlsim::overlay
