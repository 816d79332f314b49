// SPDX-License-Identifier: Apache-2.0
//
// Changes of names in an overlay: create, link, unlink, rmdir (fs/overlayfs/dir.c) and rename (its own file). The caller has done
// the VFS's checks (existence, types, read-only).
#pragma once

#include <string_view>

#include "backing/tree.hpp"
#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// ovl_create_object(): makes what the negative dentry `d` shall be; `target` is that of a symlink.
errc create(context& c, mounted& o, std::uint32_t d, const backing::new_inode& what, std::string_view target);

/// ovl_link(): the negative dentry `d` becomes another name of `old`.
errc link(context& c, mounted& o, std::uint32_t old, std::uint32_t d);

/// ovl_do_remove(): unlink and rmdir.
errc remove(context& c, mounted& o, std::uint32_t d);

/// ovl_rename(): `to` may be negative, but not for an exchange.
errc rename(context& c, mounted& o, std::uint32_t from, std::uint32_t to, bool exchanged);

// Shared by dir.cpp and rename.cpp.

/// ovl_dentry_is_whiteout().
bool is_whiteout_dentry(const mounted& o, std::uint32_t d);
/// ovl_pure_upper().
bool is_pure_upper(const mounted& o, std::uint32_t d);
/// ovl_dir_modified(): the readdir cache of the directory is out of date.
void dir_modified(mounted& o, std::uint32_t dir_dentry, bool impurity);
/// ovl_set_opaque_xerr(); false where the upper takes no xattrs.
bool set_opaque(context& c, mounted& o, std::uint32_t d, ino_t64 upper);
/// ovl_type_merge() of the directory that holds the dentry.
bool parent_is_merged(const mounted& o, std::uint32_t d);

/// ovl_check_empty_dir(): ENOTEMPTY, or the whiteouts in the upper that must go before the directory can.
result<std::vector<name_id>> check_empty_dir(context& c, mounted& o, std::uint32_t d);

/// ovl_clear_empty(): an upper directory with nothing but whiteouts makes place for an empty opaque one.
errc clear_empty(context& c, mounted& o, std::uint32_t d, const std::vector<name_id>& whiteouts);

/// ovl_cleanup_and_whiteout(): a whiteout takes the place of what the upper has there.
errc cleanup_and_whiteout(context& c, mounted& o, ino_t64 dir, name_id name);

/// vfs_unlink() or vfs_rmdir() in the upper.
void remove_upper_entry(context& c, mounted& o, ino_t64 dir, name_id name);

/// ENAMETOOLONG where the upper cannot hold the dentry's name: the overlay takes names as long as any of its layers does. ENOENT where
/// the directory was removed from the upper (lookup_one).
errc check_upper_name(const context& c, const mounted& o, std::uint32_t d);

/// The upper that the dentry's name has now; 0 for none (ovl_lookup_upper).
ino_t64 upper_named_as(const context& c, const mounted& o, std::uint32_t d);

}  // namespace ovlsim::overlay
