// SPDX-License-Identifier: Apache-2.0
#include "overlay/index.hpp"

#include "backing/orphans.hpp"
#include "backing/tree.hpp"
#include "overlay/copy_up.hpp"
#include "overlay/dir.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/nlink.hpp"
#include "overlay/origin.hpp"
#include "overlay/real.hpp"
#include "overlay/temp.hpp"
#include "overlay/workdir.hpp"

namespace ovlsim::overlay {

namespace {

/// ovl_cleanup_index().
void cleanup_index(context& c, mounted& o, std::uint32_t d) {
  inode& i = inode_of(o, d);
  const backing::inode& upper = attributes(c.w, {o.layers[0].fs, i.upper});
  if (upper.type != file_type::dir && upper.nlink != 1) {
    // More names than the overlay counted: somebody linked the lower meanwhile.
    log::cleanup_linked_index(c, dentry_pd2(c.w, o.layers[0].fs, i.upper_dentry), upper.ino, upper.nlink);
    i.nlink = upper.nlink - 1;
    set_nlink_upper(c, o, i);
    return;
  }
  const result<std::string> of = index_name(c, o, lower_of(o, i.lower[0]));
  errc e = of.error;
  const name_id name = c.w.names.intern(of.value);
  if (!of) {
    // No name, no entry to clean up.
  } else if (index_all(o)) {
    e = cleanup_and_whiteout(c, o, o.workdir, name);
  } else if (backing::lookup(upper_fs(c.w, o), o.workdir, name) == 0) {
    log::cleanup_failed(c, index_pd2(c.w.names.text(name)), errc::enoent);
    e = cleanup_error(c, errc::enoent);
  } else {
    e = cleanup(c, o, o.workdir, name);
  }
  if (e != errc::ok) log::cleanup_index_failed(c, pd2(c.w, o, d), e);
}

}  // namespace

result<std::string> index_name(context& c, const mounted& o, const real& lower) {
  const result<byte_string> fh = encode_stored_fh(c, o, lower, false);
  return fh ? result<std::string>(hex_of(backing::view(fh.value))) : fh.error;
}

bool needs_index(const world& w, const mounted& o, const inode& i) {
  if (i.lower.empty() || indexdir_of(o) == 0) return false;
  if (index_all(o)) return true;
  return i.type != file_type::dir && i_nlink(w, lower_of(o, i.lower[0])) > 1;
}

result<ino_t64> index_upper(context& c, const mounted& o, ino_t64 index, bool connected) {
  const real entry{o.layers[0].fs, index};
  if (attributes(c.w, entry).type != file_type::dir) return index;
  const std::optional<stored_fh> stored = read_stored_fh(c, o, entry, xattr_name::upper);
  if (!stored) return ino_t64{0};
  const backing::inode* i = decode_in_upper(c.w, o, *stored, connected);
  if (i == nullptr) return errc::estale;
  if (i->type == file_type::dir) return i->ino;
  log::invalid_index_upper(c, layer_pd2(c.w, entry), layer_pd2(c.w, {entry.fs, i->ino}));
  return errc::eio;
}

result<backing::dirent> lookup_index(context& c, const mounted& o, ino_t64 upper, const real& origin, bool verify) {
  const result<std::string> of = index_name(c, o, origin);
  if (!of) return of.error;
  const std::string& name = of.value;
  const std::optional<name_id> id = c.w.names.find(name);
  const backing::dirent* const index = id ? backing::find_entry(upper_fs(c.w, o), o.workdir, *id) : nullptr;
  if (index == nullptr && upper == 0) return backing::dirent{};
  if (index == nullptr) {
    const index_mismatch_question q{.missing = true, .origin_nlink = attributes(c.w, origin).nlink};
    if (attributes(c.w, origin).type == file_type::dir) return backing::dirent{};
    if (decide(c, c.k.index_mismatch, q) == index_mismatch_answer::not_indexed) return backing::dirent{};
    log::no_index_of_hard_link(c, origin.ino);
    return errc::eio;
  }
  const real entry{o.layers[0].fs, index->ino};
  const file_type type = attributes(c.w, entry).type;
  const file_type origin_type = attributes(c.w, origin).type;
  if (type == file_type::chr && !verify) return errc::estale;
  if (type != origin_type) {  // a whiteout, too: all names of the origin were removed
    log::bad_index(c, index_pd2(name), type, origin_type);
    return errc::eio;
  }
  if (type == file_type::dir && verify) {
    if (upper == 0) {
      log::uncovered_redirected_dir(c, layer_pd2(c.w, origin), index_pd2(name));
      return errc::eio;
    }
    const real upper_dir{o.layers[0].fs, upper};
    const errc e = verify_upper(c, o, entry, upper_dir, false);
    if (e == errc::estale) log::multiply_redirected_dir(c, layer_pd2(c.w, upper_dir), layer_pd2(c.w, origin), index_pd2(name));
    return e == errc::ok ? result<backing::dirent>(*index) : errc::eio;
  }
  // Copied up before there was an index, or the index was wiped since: the entry does not speak of this upper.
  if (upper == 0 || upper == index->ino) return *index;
  const index_mismatch_question q{.missing = false, .origin_nlink = attributes(c.w, origin).nlink};
  if (decide(c, c.k.index_mismatch, q) == index_mismatch_answer::not_indexed) return backing::dirent{};
  log::wrong_index(c, index_pd2(name), index->ino, upper);
  return errc::eio;
}

errc create_dir_index(context& c, mounted& o, std::string_view index, ino_t64 upper) {
  const result<name_id> temp = temp_name(c, o);
  if (!temp) return temp.error;
  backing::filesystem& fs = change_upper(c.w, o);
  const ino_t64 made = backing::make_inode(c.w, fs, {.type = file_type::dir});
  backing::add_entry(fs, o.workdir, temp.value, made);
  set_upper_xattr(c.w, o, made, xattr_name::upper, backing::view(encode_stored_fh(c, o, {o.layers[0].fs, upper}, true).value));
  const name_id name = c.w.names.intern(index);
  const ino_t64 there = backing::lookup(fs, o.workdir, name);
  errc e = errc::ok;
  if (there != 0 && attributes(c.w, {o.layers[0].fs, there}).type != file_type::dir) {
    e = errc::enotdir;  // may_delete()
  } else if (there != 0 && !backing::is_empty_dir(fs, there)) {
    e = backing::traits_of(fs).rename_over_full;
  }
  if (e != errc::ok) {
    cleanup(c, o, o.workdir, temp.value);
    return e;
  }
  const backing::dirent gone = backing::move_entry(change_upper(c.w, o), o.workdir, temp.value, o.workdir, name);
  backing::release(c.w, o.layers[0].fs, gone);
  return errc::ok;
}

errc nlink_start(context& c, mounted& o, std::uint32_t d) {
  if (needs_index(c.w, o, inode_of(o, d)) && !o.dentries[d].upper_alias) {
    if (const errc e = copy_up(c, o, d, copy_up_for::metadata); e != errc::ok) return e;
  }
  const inode& i = inode_of(o, d);
  return i.type == file_type::dir || !i.indexed ? errc::ok : set_nlink_upper(c, o, i);
}

void nlink_end(context& c, mounted& o, std::uint32_t d) {
  const inode& i = inode_of(o, d);
  if (i.indexed && i.nlink == 0) cleanup_index(c, o, d);
}

}  // namespace ovlsim::overlay
