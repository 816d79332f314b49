// SPDX-License-Identifier: Apache-2.0
//
// A regular file is prepared as an O_TMPFILE and linked into place; everything else is prepared under a temporary name in the
// workdir and renamed. A parent that gets an entry with an origin is marked impure first; the origin is stored before the object can be
// seen.
#include "overlay/copy_up.hpp"

#include "backing/orphans.hpp"
#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/dir.hpp"
#include "overlay/index.hpp"
#include "overlay/inode_cache.hpp"
#include "overlay/lowerdata.hpp"
#include "overlay/nlink.hpp"
#include "overlay/origin.hpp"
#include "overlay/real.hpp"
#include "overlay/temp.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

/// ovl_need_meta_copy_up(): the data stays below until somebody writes.
bool needs_metadata_only(const mounted& o, const inode& i, copy_up_for why) {
  return o.cfg.metacopy && i.type == file_type::file && why == copy_up_for::metadata;
}

/// ovl_copy_up_file(): as many bytes as the top lower says that there are. What carries that size and what holds the data are two
/// inodes where a lower layer has a metadata-only copy.
errc copy_data(context& c, const mounted& o, const inode& i, std::uint64_t size, ino_t64 to) {
  const result<std::string> data = read_data(c, lowerdata_of(o, i));
  if (!data) return data.error;
  backing::filesystem& fs = change_upper(c.w, o);
  backing::write_at(fs, *backing::find(fs, to), 0, std::string_view(data.value).substr(0, size));
  return errc::ok;
}

/// An inode without a name, or under a temporary one, that did not become an upper.
void discard(context& c, mounted& o, ino_t64 ino) {
  backing::find(change_upper(c.w, o), ino)->nlink = 0;
  backing::release(c.w, o.layers[0].fs, ino);
}

/// The new upper inode with content, xattrs and origin, without a name (ovl_copy_up_tmpfile, ovl_copy_up_metadata).
result<ino_t64> make_upper(context& c, mounted& o, const inode& i, copy_up_for why, const origin_to_store& origin) {
  const real from = lower_of(o, i.lower[0]);
  backing::filesystem& fs = change_upper(c.w, o);
  const backing::inode source = attributes(c.w, from);
  const ino_t64 ino = backing::make_inode(c.w, fs, {source.type, source.mode, source.uid, source.gid});
  const bool metacopy = needs_metadata_only(o, i, why);
  const bool file_data = source.type == file_type::file && why != copy_up_for::truncate && !metacopy;
  if (source.type == file_type::symlink || (file_data && i.lower.size() == 1 && !is_overlay(from.fs))) {
    const real at = backing_of(c.w, from);
    backing::copy_content(*c.w.filesystems[at.fs], source, fs, *backing::find(fs, ino));
  } else if (const std::uint64_t size = file_data ? size_of(c.w, from) : 0; size != 0) {
    if (const errc e = copy_data(c, o, i, size, ino); e != errc::ok) {
      discard(c, o, ino);
      return e;
    }
  }
  if (source.type == file_type::file && why != copy_up_for::truncate) backing::find(fs, ino)->size = size_of(c.w, from);  // ovl_set_size()
  if (const errc e = copy_xattrs(c, o, from, ino); e != errc::ok) {
    discard(c, o, ino);
    return e;
  }
  store_origin(c, o, origin, ino);
  if (metacopy) set_upper_xattr(c.w, o, ino, xattr_name::metacopy, "");
  return ino;
}

/// Nothing may have the name under which the copy is to appear; an O_TMPFILE is linked, anything else is renamed.
errc clear_the_way(context& c, mounted& o, const backing::dirent_key& to, file_type type) {
  const ino_t64 there = backing::lookup(upper_fs(c.w, o), to.dir, to.name);
  if (there == 0) return errc::ok;
  if (type == file_type::file || decide(c, c.k.taken_name, {}) == taken_name_answer::eexist) return errc::eexist;
  const bool is_dir = attributes(c.w, {o.layers[0].fs, there}).type == file_type::dir;
  if (is_dir != (type == file_type::dir)) return is_dir ? errc::eisdir : errc::enotdir;  // may_delete()
  if (is_dir && !backing::is_empty_dir(upper_fs(c.w, o), there)) return backing::traits_of(upper_fs(c.w, o)).rename_over_full;
  remove_upper_entry(c, o, to.dir, to.name);
  return errc::ok;
}

/// ovl_do_copy_up(). What is indexed and no directory gets its name in the index alone: link_up() adds the one that was looked up.
errc copy_up_object(context& c, mounted& o, std::uint32_t parent, std::uint32_t d, copy_up_for why) {
  const file_type type = inode_of(o, d).type;
  const bool indexed = needs_index(c.w, o, inode_of(o, d));
  const bool to_index = indexed && type != file_type::dir;
  const result<origin_to_store> origin = choose_origin(c, o, inode_of(o, d).lower[0], to_index);
  if (!origin) return origin.error;
  result<std::string> index;
  if (indexed) index = index_name(c, o, lower_of(o, inode_of(o, d).lower[0]));
  if (!index) return index.error;
  if (!to_index) set_impure(c, o, parent);
  const errc temp = type == file_type::file ? check_tmpfile(c.w, o) : count_temp(c, o);
  if (temp != errc::ok) return temp;
  const result<ino_t64> made = make_upper(c, o, inode_of(o, d), why, origin.value);
  if (!made) return made.error;
  const ino_t64 ino = made.value;
  errc e = errc::ok;
  if (indexed && !to_index) e = create_dir_index(c, o, index.value, ino);
  backing::dirent_key to{inode_of(o, parent).upper, o.dentries[d].name};
  if (to_index) to = {o.workdir, c.w.names.intern(index.value)};
  if (e == errc::ok && backing::is_removed(upper_fs(c.w, o), to.dir)) e = errc::enoent;
  if (e == errc::ok) e = clear_the_way(c, o, to, type);
  if (e != errc::ok) {
    discard(c, o, ino);
    return e;
  }
  backing::filesystem& fs = change_upper(c.w, o);
  backing::add_entry(fs, to.dir, to.name, ino);
  inode& i = inode_of(o, d);
  i.upper = ino;
  const bool temporary = type == file_type::file && decide(c, c.k.tmpfile_dentry, {}) == tmpfile_dentry_answer::temporary;
  i.upper_dentry = temporary ? 0 : backing::find_entry(fs, to.dir, to.name)->dentry;
  i.upperdata = !needs_metadata_only(o, i, why);
  i.indexed = i.indexed || indexed;
  if (i.type == file_type::dir) i.whiteouts = true;
  hash_copied_up(c, o, o.dentries[d].inode);
  if (to_index) return set_nlink_upper(c, o, i);
  o.dentries[d].upper_alias = true;
  return errc::ok;
}

/// ovl_copy_up_meta_inode_data(): the data follows the metadata.
errc copy_up_data(context& c, mounted& o, std::uint32_t d, copy_up_for why) {
  inode& i = inode_of(o, d);
  const std::uint64_t size = why == copy_up_for::truncate ? 0 : size_of(c.w, lower_of(o, i.lower[0]));
  if (size != 0) {
    if (const errc e = copy_data(c, o, i, size, i.upper); e != errc::ok) return e;
  }
  remove_upper_xattr(c.w, o, i.upper, xattr_name::metacopy);
  i.upperdata = true;
  return errc::ok;
}

/// ovl_link_up(): the inode has an upper under another name (a hard link, or a lower whose identity another upper claims as its
/// origin); this name becomes a link to it.
errc link_up(context& c, mounted& o, std::uint32_t parent, std::uint32_t d) {
  set_impure(c, o, parent);
  backing::filesystem& fs = change_upper(c.w, o);
  const inode& i = inode_of(o, d);
  if (const errc e = set_nlink_lower(c, o, i); e != errc::ok) return e;
  const ino_t64 dir = inode_of(o, parent).upper;
  if (backing::is_removed(fs, dir)) return errc::enoent;
  if (backing::lookup(fs, dir, o.dentries[d].name) != 0) return errc::eexist;
  if (backing::find(fs, i.upper)->nlink == 0) return errc::enoent;  // vfs_link() of an inode that lost its last name
  backing::add_entry(fs, dir, o.dentries[d].name, i.upper);
  o.dentries[d].upper_alias = true;
  return set_nlink_upper(c, o, i);
}

/// ovl_dentry_needs_data_copy_up().
bool needs_data(const inode& i, copy_up_for why) { return why != copy_up_for::metadata && !has_upperdata(i); }

/// ovl_copy_up_one().
errc copy_up_one(context& c, mounted& o, std::uint32_t parent, std::uint32_t d, copy_up_for why) {
  errc e = errc::ok;
  if (inode_of(o, d).upper == 0) e = copy_up_object(c, o, parent, d, why);
  if (e == errc::ok && !o.dentries[d].upper_alias) e = link_up(c, o, parent, d);
  if (e == errc::ok && needs_data(inode_of(o, d), why)) e = copy_up_data(c, o, d, why);
  return e;
}

}  // namespace

errc copy_up(context& c, mounted& o, std::uint32_t d, copy_up_for why) {
  if (const errc e = verify_lowerdata(c, o, d); e != errc::ok) return e;
  while (true) {
    const inode& i = inode_of(o, d);
    if (i.upper != 0 && o.dentries[d].upper_alias && !needs_data(i, why)) return errc::ok;  // ovl_already_copied_up()
    std::uint32_t next = d;  // the topmost that has no upper
    std::uint32_t parent = o.dentries[d].parent;
    while (inode_of(o, parent).upper == 0) {
      next = parent;
      parent = o.dentries[next].parent;
    }
    // What the caller wants applies to the file itself; an ancestor is a directory.
    if (const errc e = copy_up_one(c, o, parent, next, why); e != errc::ok) return e;
  }
}

}  // namespace ovlsim::overlay
