// SPDX-License-Identifier: Apache-2.0
//
// The lines that overlayfs writes to the kernel log, in its own words. One function a line, so that each is found in one place.
#pragma once

#include <string>
#include <string_view>

#include "context.hpp"

namespace ovlsim::overlay::log {

void write(context& c, std::string line);

/// S_IFMT of a type in hex, as `ftype=%x` prints it.
std::string ftype(file_type type);

// Mount (super.c, params.c).
void failed_to_resolve(context& c, std::string_view path, errc error);
void empty_lowerdir(context& c);
void data_layers_need_metacopy(context& c);
void missing_lowerdir(context& c);
void only_data_layers(context& c);
void not_a_directory(context& c, std::string_view path);
void not_supported_as_upper(context& c, std::string_view path);
void unrecognized_option(context& c, std::string_view option);
void useless_workdir(context& c, std::string_view path);
void useless_index(context& c);
void meaningless_volatile(context& c);
void uuid_on_needs_upper(context& c);
void conflicting_options(context& c, std::string_view which);
void conflicting_options(context& c, std::string_view which, redirect_option mode);
void metacopy_needs_redirect_dir(context& c, bool has_upper);
void disabling(context& c, std::string_view what, std::string_view because_of);
void nfs_export_needs_nofollow(context& c);
void uuid_off_needs_one_fs(context& c, std::string_view instead);
void failed_to_get_uuid(context& c, std::string_view pd2, int error);
void missing_workdir(context& c);
void conflicting_path(context& c, std::string_view what);
/// `of_any_mount`: in the words from before there were layer traps. `for_index`: without an index it would be a warning.
void in_use(context& c, std::string_view what, bool of_any_mount);
void in_use_exclusively(context& c, std::string_view what, bool of_any_mount, bool for_index);
void no_file_handles_on_upper(context& c);
/// What candidate policies print where they set bad_origin.
void bad_origin(context& c, std::string_view why);
/// `nfs_export`: there is such an option.
void no_file_handles_no_index(context& c, std::string_view path, bool nfs_export);
void nfs_export_needs_indexdir(context& c);
void no_nfs_export_with_metacopy(context& c);
void no_xattrs_on_upper(context& c);
void no_xattrs_falling_back(context& c, std::string_view to);
void falling_back(context& c, std::string_view to);
void nfs_export_needs_index(context& c);
void not_same_mount(context& c);
void not_separate_subtrees(context& c);
void failed_to_create_directory(context& c, std::string_view workdir, std::string_view name, errc error);
void cleanup_failed(context& c, std::string_view pd2, errc error);
void incompat_feature(context& c, std::string_view name);
void at_least_two_lowers(context& c);
void no_file_handles_no_xino(context& c, std::string_view path);
/// `xino` is empty where it does not change.
void bad_uuid(context& c, bool null, std::string_view pd2, std::string_view xino);
void xino_useless(context& c);
void xino_bits(context& c, int bits);
void overlapping_path(context& c, std::string_view what);
void read_only_upper(context& c);
void stacked_too_deep(context& c);

// The index (namei.c, readdir.c, util.c).
void failed_to_verify_upper_root(context& c);
void failed_to_verify_indexdir(context& c, std::string_view which);
void failed_to_verify_indexdir_origin(context& c);
void try_deleting_indexdir(context& c);
void failed_indexdir_cleanup(context& c, errc error);
void failed_to_verify(context& c, std::string_view what, std::string_view pd2, ino_t64 ino, errc error);
void failed_to_verify_index(context& c, std::string_view pd2, file_type type, errc error);
void orphan_index(context& c, std::string_view pd2, file_type type, std::uint32_t nlink);
void invalid_index_upper(context& c, std::string_view pd2, std::string_view upper_pd2);
void bad_index(context& c, std::string_view pd2, file_type type, file_type origin);
void uncovered_redirected_dir(context& c, std::string_view origin_pd2, std::string_view index_pd2);
void no_index_of_hard_link(context& c, ino_t64 origin);
void wrong_index(context& c, std::string_view index_pd2, ino_t64 index, ino_t64 upper);
void multiply_redirected_dir(context& c, std::string_view upper_pd2, std::string_view origin_pd2, std::string_view index_pd2);
void cleanup_linked_index(context& c, std::string_view upper_pd2, ino_t64 ino, std::uint32_t nlink);
void cleanup_index_failed(context& c, std::string_view pd2, errc error);

// Lookup and inode cache (namei.c, inode.c).
void invalid_origin_bytes(context& c, std::string_view bytes);
void invalid_origin(context& c, std::string_view pd2, file_type upper, file_type origin);
void invalid_redirect(context& c, std::string_view redirect);
void refusing_metacopy(context& c, std::string_view pd2);
void refusing_redirect(context& c, std::string_view pd2);
void metacopy_too_small(context& c, std::string_view name);
void lazy_lowerdata_failed(context& c, std::string_view pd2, errc e);
void metacopy_without_data(context& c, std::string_view pd2);
void overlapping_layers(context& c, bool upper, std::string_view base_pd2, std::string_view name, errc error);
void failed_to_get_inode(context& c, errc error);
void failed_to_get_nlink(context& c, std::string_view pd2, int error);
void incompatible_protattr(context& c, std::string_view pd2, std::size_t size);
/// `as_number`: the error is printed as what it is; else as an unsigned long.
void failed_to_link_whiteout(context& c, std::uint32_t nlink, errc e, bool as_number);
void failed_to_lock(context& c);
void temp_exists(context& c, std::string_view name);

// File handles (export.c).
void failed_to_copy_up_on_encode(context& c, std::string_view pd2, errc error);
void failed_to_encode(context& c, ino_t64 ino, errc error);
void failed_to_encode(context& c, std::string_view pd2, errc e);
void failed_to_decode(context& c, std::size_t words, std::uint32_t type, unsigned flags, errc error);
void failed_to_look_up_one_by_real(context& c, std::string_view pd2, std::uint32_t layer, std::string_view connected, errc error);
void failed_to_look_up_by_real(context& c, std::string_view pd2, std::uint32_t layer, std::string_view connected, errc error);

// stat and readdir (inode.c, readdir.c).
void inode_number_too_big(context& c, std::string_view pd2, ino_t64 ino, int bits);
void d_ino_too_big(context& c, std::string_view name, ino_t64 ino, int bits);
void failed_to_look_up_for_ino(context& c, std::string_view name, errc error);

}  // namespace ovlsim::overlay::log
