// SPDX-License-Identifier: Apache-2.0
#include "overlay/export.hpp"

#include <algorithm>
#include <string>

#include "backing/tree.hpp"
#include "overlay/copy_up.hpp"
#include "overlay/index.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/namei.hpp"
#include "overlay/origin.hpp"
#include "overlay/real.hpp"

namespace ovlsim::overlay {

namespace {

constexpr std::uint32_t fileid_v1 = 0xf8;  // OVL_FILEID_V1
constexpr std::size_t padding = 3;         // OVL_FH_WIRE_OFFSET

// ------------------------------------------------------------------------------------------------------------ encoding

/// ovl_connectable_layer(): the lowest layer in which the path to `d` can be walked back.
std::uint32_t connectable_layer(const mounted& o, std::uint32_t d) {
  const inode& i = inode_of(o, d);
  if (d == root_dentry) return static_cast<std::uint32_t>(i.lower.size());
  if (i.upper != 0 && !i.indexed) return 0;
  return i.lower[0].layer;
}

/// ovl_connect_layer(): makes sure that the way back from the lower directory of `d` leads to an indexed ancestor, or to the root.
errc connect_layer(context& c, mounted& o, std::uint32_t d) {
  if (o.dentries[d].connected) return errc::ok;
  const std::uint32_t origin_layer = inode_of(o, d).lower[0].layer;
  for (std::uint32_t next = d;;) {
    const std::uint32_t parent = o.dentries[next].parent;
    if (connectable_layer(o, parent) < origin_layer) {
      if (inode_of(o, next).upper == 0) {  // ovl_encode_maybe_copy_up()
        const errc e = copy_up(c, o, next, copy_up_for::metadata);
        if (e != errc::ok) {
          log::failed_to_copy_up_on_encode(c, pd2(c.w, o, next), e);
          return e;
        }
      }
      break;
    }
    if (o.dentries[parent].connected || inode_of(o, parent).indexed || parent == root_dentry) break;
    next = parent;
  }
  o.dentries[d].connected = true;
  return errc::ok;
}

enum class names_real { upper, lower };

/// ovl_check_encode_origin().
result<names_real> what_to_encode(context& c, mounted& o, std::uint32_t d) {
  const inode& i = inode_of(o, d);
  if (!o.has_upper()) return names_real::lower;
  if (i.lower.empty() || d == root_dentry) return names_real::upper;
  if (i.upper != 0 && !i.indexed) return names_real::upper;
  if (i.type != file_type::dir) return names_real::lower;
  const errc e = connect_layer(c, o, d);
  return e == errc::ok ? result<names_real>(names_real::lower) : e;
}

// ------------------------------------------------------------------------------------------------------------ decoding

/// ovl_dentry_real_at(): 0 where the dentry has nothing in that layer.
ino_t64 real_at(const mounted& o, std::uint32_t d, std::uint32_t layer) {
  const inode& i = inode_of(o, d);
  if (layer == 0) return i.upper;
  const auto at = std::find_if(i.lower.begin(), i.lower.end(), [layer](const lower_path& l) { return l.layer == layer; });
  return at == i.lower.end() ? 0 : at->ino;
}

/// Whether that is `dir`.
bool is_dir_at(const world& w, const mounted& o, std::uint32_t d, std::uint32_t layer, ino_t64 dir) {
  const ino_t64 there = real_at(o, d, layer);
  const std::uint32_t fs = o.layers[layer].fs;
  return there == dir || (there != 0 && is_overlay(fs) && same_inode(w, {fs, there}, {fs, dir}));
}

result<std::uint32_t> lookup_real(context& c, mounted& o, ino_t64 dir, std::uint32_t layer);

/// ovl_lookup_real_inode(): the dentry whose real directory is `dir`, from the caches or the index; none where neither knows it.
result<std::uint32_t> lookup_real_inode(context& c, mounted& o, ino_t64 dir, std::uint32_t layer) {
  const real r{o.layers[layer].fs, dir};
  const result<std::uint32_t> slot = lookup_inode(c, o, r, layer == 0);
  if (!slot) return slot.error;
  std::uint32_t found = none;
  if (slot.value != none) {
    found = obtain_alias(c, o, slot.value);
  } else if (layer != 0 && indexdir_of(o) != 0) {
    const result<backing::dirent> index = lookup_index(c, o, 0, r, false);
    if (!index) return index.error;
    if (index.value.ino == 0) return none;
    const result<ino_t64> upper = index_upper(c, o, index.value.ino, true);
    if (!upper) return upper.error;
    if (upper.value == 0) return none;
    const result<std::uint32_t> connected = lookup_real(c, o, upper.value, 0);
    if (!connected) return connected.error;
    found = connected.value;
  }
  if (found == none) return none;
  return is_dir_at(c.w, o, found, layer, dir) ? result<std::uint32_t>(found) : errc::eio;
}

/// ovl_lookup_real_ancestor(): the nearest ancestor that the overlay can name at once.
result<std::uint32_t> lookup_real_ancestor(context& c, mounted& o, ino_t64 dir, std::uint32_t layer) {
  const struct layer& l = o.layers[layer];
  if (dir == l.root) return root_dentry;
  for (ino_t64 next = dir;;) {
    const ino_t64 parent = parent_of(c.w, {l.fs, next}).ino;
    const result<std::uint32_t> ancestor = lookup_real_inode(c, o, next, layer);
    if (!ancestor || ancestor.value != none) return ancestor;
    if (parent == l.root) return root_dentry;
    if (parent == next) return errc::exdev;
    next = parent;
  }
}

/// ovl_lookup_real_one(): the child of `connected` whose real directory is `dir`, below that of `connected`.
result<std::uint32_t> lookup_real_one(context& c, mounted& o, std::uint32_t connected, ino_t64 dir, std::uint32_t layer) {
  const real r{o.layers[layer].fs, dir};
  const std::optional<name_id> name = name_of(c.w, r);
  errc e = errc::enoent;
  if (name) {
    const result<std::uint32_t> found = lookup(c, o, connected, *name);
    e = found.error;
    if (found && o.dentries[found.value].inode == none) e = errc::enoent;
    if (e == errc::ok && !is_dir_at(c.w, o, found.value, layer, dir)) e = errc::estale;
    if (e == errc::ok) return found.value;
  }
  log::failed_to_look_up_one_by_real(c, layer_pd2(c.w, r), layer, pd2(c.w, o, connected), e);
  return e;
}

/// ovl_lookup_real(): walks down to a real directory from the nearest ancestor that is known.
result<std::uint32_t> lookup_real(context& c, mounted& o, ino_t64 dir, std::uint32_t layer) {
  result<std::uint32_t> connected = lookup_real_ancestor(c, o, dir, layer);
  if (!connected) return connected.error;
  const std::uint32_t fs = o.layers[layer].fs;
  errc e = errc::ok;
  while (!is_dir_at(c.w, o, connected.value, layer, dir)) {
    ino_t64 next = dir;
    while (true) {
      const ino_t64 parent = parent_of(c.w, {fs, next}).ino;
      if (is_dir_at(c.w, o, connected.value, layer, parent)) break;
      if (parent == o.layers[layer].root) {
        connected.value = root_dentry;
        break;
      }
      if (parent == next) {
        e = errc::exdev;
        break;
      }
      next = parent;
    }
    if (e == errc::ok) {
      const result<std::uint32_t> found = lookup_real_one(c, o, connected.value, next, layer);
      e = found.error;
      if (found) connected.value = found.value;
    }
    if (e == errc::ok) continue;
    log::failed_to_look_up_by_real(c, layer_pd2(c.w, {fs, dir}), layer, pd2(c.w, o, connected.value), e);
    return e;
  }
  return connected;
}

/// ovl_obtain_alias(): a file is found without a path.
result<std::uint32_t> obtain_file(context& c, mounted& o, const backing::dirent& upper, const std::optional<lower_path>& lower,
                                  bool indexed) {
  inode_params p;
  p.upper = upper.ino;
  p.upper_dentry = upper.dentry;
  if (lower) p.lower.push_back(*lower);
  p.indexed = indexed;
  const result<std::uint32_t> slot = get_inode(c, o, p);
  if (!slot) return slot.error;
  if (p.upper != 0) o.inodes[slot.value].upperdata = true;
  return obtain_alias(c, o, slot.value);
}

/// ovl_get_dentry() of an upper.
result<std::uint32_t> dentry_of_upper(context& c, mounted& o, ino_t64 upper) {
  const real r{o.layers[0].fs, upper};
  if (attributes(c.w, r).type != file_type::dir) {
    // Any of its names will do (exportfs_decode_fh): the one that is found first, or none when all were removed.
    const auto& entries = upper_fs(c.w, o).entries;
    const auto entry = std::find_if(entries.begin(), entries.end(), [upper](const backing::dirent& e) { return e.ino == upper; });
    return obtain_file(c, o, entry == entries.end() ? backing::dirent{.ino = upper} : *entry, std::nullopt, false);
  }
  return lookup_real(c, o, upper, 0);
}

/// ovl_upper_fh_to_d().
result<std::uint32_t> decode_upper(context& c, mounted& o, const stored_fh& fh) {
  if (!o.has_upper()) return errc::eacces;
  const backing::inode* i = decode_in_upper(c.w, o, fh, true);
  return i == nullptr ? result<std::uint32_t>(errc::estale) : dentry_of_upper(c, o, i->ino);
}

/// ovl_lower_fh_to_d().
result<std::uint32_t> decode_lower_handle(context& c, mounted& o, const stored_fh& fh) {
  std::optional<lower_path> origin = decode_lower(c, o, fh, false);
  if (!origin) return errc::estale;
  const real lower = lower_of(o, *origin);
  const result<std::uint32_t> slot = lookup_inode(c, o, lower, false);
  if (!slot) return slot.error;
  if (slot.value != none) return obtain_alias(c, o, slot.value);

  backing::dirent index;
  if (indexdir_of(o) != 0) {  // ovl_get_index_fh()
    const std::optional<name_id> id = c.w.names.find(hex_of(fh.bytes));
    const backing::dirent* const there = id ? backing::find_entry(upper_fs(c.w, o), o.workdir, *id) : nullptr;
    if (there != nullptr) index = *there;
  }
  const real entry{o.layers[0].fs, index.ino};
  const file_type index_type = index.ino == 0 ? file_type::file : attributes(c.w, entry).type;
  if (index_type == file_type::chr) return errc::estale;
  if (index_type == file_type::dir) {
    const result<ino_t64> upper = index_upper(c, o, index.ino, true);
    if (!upper) return upper.error;
    return upper.value == 0 ? result<std::uint32_t>(errc::estale) : dentry_of_upper(c, o, upper.value);
  }
  const bool is_dir = attributes(c.w, lower).type == file_type::dir;
  if (is_dir) {
    origin = decode_lower(c, o, fh, true);
    if (!origin) return errc::estale;
  }
  if (index.ino != 0) {
    const errc e = verify_origin_xattr(c, o, entry, xattr_name::origin, lower_of(o, *origin), false, false);
    if (e != errc::ok) return e;
  }
  if (!is_dir) return obtain_file(c, o, index, origin, index.ino != 0);
  return lookup_real(c, o, origin->ino, origin->layer);
}

}  // namespace

errc encode_fh(context& c, mounted& o, std::uint32_t d, taken_handle& handle) {
  const result<names_real> which = what_to_encode(c, o, d);
  if (!which) {
    if (decide(c, c.k.encode_log, {}) == encode_log_answer::by_name) {
      log::failed_to_encode(c, pd2(c.w, o, d), which.error);
    } else {
      log::failed_to_encode(c, inode_of(o, d).i_ino, which.error);
    }
    return errc::eoverflow;
  }
  const inode& i = inode_of(o, d);
  const bool upper = which.value == names_real::upper;
  const result<byte_string> fb = encode_stored_fh(c, o, upper ? real{o.layers[0].fs, i.upper} : lower_of(o, i.lower[0]), upper);
  if (!fb) return errc::eoverflow;
  handle.type = fileid_v1;
  handle.bytes.assign(padding, '\0');
  handle.bytes.insert(handle.bytes.end(), fb.value.begin(), fb.value.end());
  return errc::ok;
}

result<std::uint32_t> decode_fh(context& c, mounted& o, const taken_handle& handle) {
  const std::string_view bytes = backing::view(handle.bytes);
  result<std::uint32_t> found = errc::einval;
  unsigned flags = 0;
  if (handle.type == fileid_v1) {
    found = bytes.size() < padding ? errc::einval : check_fb(bytes.substr(padding));
    if (found) {
      const stored_fh fh = decode_fb(bytes.substr(padding));
      flags = fh.flags;
      found = (flags & fb_flag_path_upper) != 0 ? decode_upper(c, o, fh) : decode_lower_handle(c, o, fh);
    }
  }
  if (found) return found;
  if (found.error != errc::estale) log::failed_to_decode(c, bytes.size() / 4, handle.type, flags, found.error);
  return errc::estale;
}

}  // namespace ovlsim::overlay
