// SPDX-License-Identifier: Apache-2.0
//
// The inodes index: `<workdir>/index`, where the names of a lower hard link meet again after copy-up. An entry's name is the file
// handle of the lower inode in hex; a non-directory's entry is one more link of the upper, a directory's says in an xattr where
// the upper is.
#pragma once

#include <string>

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// ovl_indexdir(): 0 without index=on. It is the workdir, too.
inline ino_t64 indexdir_of(const mounted& o) { return o.cfg.index ? o.workdir : 0; }
/// ovl_index_all(), ovl_verify_lower(): with nfs_export every copied-up object is indexed, and merged directories are verified.
inline bool index_all(const mounted& o) { return o.cfg.nfs_export && o.cfg.index; }

/// ovl_get_index_name(): of the entry for a lower inode. EIO as encode_stored_fh().
result<std::string> index_name(context& c, const mounted& o, const real& lower);

/// ovl_need_index(): is copy-up of the inode recorded in the index?
bool needs_index(const world& w, const mounted& o, const inode& i);

/// ovl_lookup_index(): the index entry for `origin`; its inode is 0 where there is none, or none that is of `upper` (0: the name has
/// no upper). EIO (and a log line) where the entry contradicts what the lookup found. A file handle is decoded without `verify`: then
/// a whiteout means ESTALE, and of a directory any entry will do.
result<backing::dirent> lookup_index(context& c, const mounted& o, ino_t64 upper, const real& origin, bool verify);

/// ovl_index_upper(): the upper that an index entry leads to; 0 where a directory's entry does not say, ESTALE where that is gone, or
/// where it must be `connected` and was moved out of the upper layer.
result<ino_t64> index_upper(context& c, const mounted& o, ino_t64 index, bool connected);

/// `%pd2` of an entry.
inline std::string index_pd2(std::string_view name) { return "index/" + std::string(name); }

/// ovl_create_index(): the entry of that name for a directory that is copied up as `upper`.
errc create_dir_index(context& c, mounted& o, std::string_view index, ino_t64 upper);

/// ovl_nlink_start(): before the links of `d` change: copies up what must be indexed, and records the link count.
errc nlink_start(context& c, mounted& o, std::uint32_t d);
/// ovl_nlink_end(): the entry of an inode that has lost its last name goes, or becomes a whiteout with nfs_export.
void nlink_end(context& c, mounted& o, std::uint32_t d);

}  // namespace ovlsim::overlay
