// SPDX-License-Identifier: Apache-2.0
//
// The decisions in words, in the order of the alternatives of `decision`.
#include "ovlsim/decisions.hpp"

#include <iterator>

namespace ovlsim {

namespace {

constexpr std::string_view uuid_answers[] = {"ok", "bad", "no index"};
constexpr std::string_view follow_answers[] = {"decode", "skip"};
constexpr std::string_view origin_type_answers[] = {"no origin", "EIO"};
constexpr std::string_view inode_key_answers[] = {"by upper", "by lower", "unhashed"};
constexpr std::string_view verify_answers[] = {"same", "stale"};
constexpr std::string_view store_origin_answers[] = {"nothing", "empty", "handle"};
constexpr std::string_view mkdir_opaque_answers[] = {"plain", "opaque"};
constexpr std::string_view xino_bits_answers[] = {"off", "one filesystem", "bits"};
constexpr std::string_view nlink_answers[] = {"real", "from the xattr"};
constexpr std::string_view refuse_answers[] = {"go on", "refuse the metacopy", "refuse the redirect"};

constexpr std::string_view option_answers[] = {"known", "unknown"};
constexpr std::string_view mount_api_answers[] = {"option string", "fs_context"};
constexpr std::string_view overlay_uuid_answers[] = {"none", "stored"};
constexpr std::string_view own_xattrs_answers[] = {"refused", "escaped"};
constexpr std::string_view whiteout_xattr_answers[] = {"ignored", "honoured"};
constexpr std::string_view metacopy_value_answers[] = {"ok", "too small", "ignored"};
constexpr std::string_view root_origin_log_answers[] = {"brief", "in full"};
constexpr std::string_view taken_name_answers[] = {"EEXIST", "replace"};
constexpr std::string_view tmpfile_dentry_answers[] = {"temporary", "linked"};
constexpr std::string_view index_upper_answers[] = {"within the upper", "anywhere"};
constexpr std::string_view user_xattrs_answers[] = {"no", "yes"};
constexpr std::string_view erofs_handle_answers[] = {"none", "32-bit numbers", "64-bit numbers"};
constexpr std::string_view clone_uuid_answers[] = {"refused", "same", "own"};
constexpr std::string_view layer_errors_answers[] = {"kernel log", "mount call"};
constexpr std::string_view tmpfs_order_answers[] = {"newest first", "oldest first"};
constexpr std::string_view xino_auto_answers[] = {"falls back", "stays"};
constexpr std::string_view lost_metacopy_log_answers[] = {"logged", "silent"};
constexpr std::string_view d_ino_failure_answers[] = {"dropped", "kept"};
constexpr std::string_view upper_in_lower_answers[] = {"allowed", "ELOOP"};
constexpr std::string_view incompat_answers[] = {"refused", "removed"};
constexpr std::string_view data_layers_answers[] = {"unknown", "need metacopy first", "need metacopy", "alone"};
constexpr std::string_view whiteout_link_answers[] = {"shares no more", "gives up"};
constexpr std::string_view noxattr_log_answers[] = {"by feature", "announced"};
constexpr std::string_view encode_log_answers[] = {"by name", "by number"};
constexpr std::string_view can_decode_answers[] = {"no", "yes"};
constexpr std::string_view origin_lookup_answers[] = {"read", "ignore", "at its path", "if they agree"};
constexpr std::string_view origin_check_answers[] = {"none", "compare", "distrust"};
constexpr std::string_view origin_conflict_answers[] = {"ESTALE", "distrust", "by upper"};
constexpr std::string_view revalidate_answers[] = {"valid", "invalid"};
constexpr std::string_view stored_instance_answers[] = {"none", "mount", "upper"};
constexpr std::string_view copied_up_key_answers[] = {"by its lower", "by its upper"};
constexpr std::string_view moved_file_answers[] = {"forgets", "redirects"};
constexpr std::string_view const_ino_answers[] = {"no", "yes"};
constexpr std::string_view index_mismatch_answers[] = {"not indexed", "EIO"};
constexpr std::string_view origin_ino_answers[] = {"nothing", "its number", "its device"};
constexpr std::string_view layer_dev_answers[] = {"for the filesystem", "for the layer", "real"};
constexpr std::string_view xino_range_answers[] = {"reserves a bit", "whole"};
constexpr std::string_view d_ino_answers[] = {"translated", "real"};
constexpr std::string_view once_merged_answers[] = {"as merged", "as the real one"};
constexpr std::string_view foreign_xattr_answers[] = {"left behind", "fails"};
constexpr std::string_view whiteout_inode_answers[] = {"shared", "own"};
constexpr std::string_view conflicts_answers[] = {"resolved", "late", "fall back"};
constexpr std::string_view layer_traps_answers[] = {"set", "none"};
constexpr std::string_view in_use_answers[] = {"warn", "EBUSY", "ignored"};
constexpr std::string_view open_file_answers[] = {"stacked", "the real file"};
constexpr std::string_view fix_origin_answers[] = {"stored", "left"};
constexpr std::string_view tmpfs_uuid_answers[] = {"random", "null"};
constexpr std::string_view filesystem_answers[] = {"known", "unknown"};
constexpr std::string_view index_owner_answers[] = {"upper", "origin"};
constexpr std::string_view inode_failure_log_answers[] = {"logged", "silent"};
constexpr std::string_view middle_metacopy_answers[] = {"followed", "passed over"};
constexpr std::string_view workdir_order_answers[] = {"before the lowers", "after the lowers"};
constexpr std::string_view cleanup_error_answers[] = {"returned", "swallowed"};
constexpr std::string_view tmpfile_probe_answers[] = {"freed", "held"};
constexpr std::string_view rename_whiteout_probe_answers[] = {"untried", "tried"};
constexpr std::string_view protattr_answers[] = {"read", "ignored"};

constexpr decision_info infos[] = {
    {"lower_uuid", "ovl_lower_uuid_ok", "may handles of this lower filesystem be told apart by its UUID?", uuid_answers},
    {"follow_origin", "ovl_check_origin_fh", "shall a stored origin be decoded in this layer?", follow_answers},
    {"origin_type", "ovl_check_origin_fh", "the origin is an inode of another type than the upper", origin_type_answers},
    {"inode_key", "ovl_hash_bylower", "which real inode is the overlay inode hashed by?", inode_key_answers},
    {"verify_inode", "ovl_verify_inode", "is the cached inode the one that was looked for?", verify_answers},
    {"store_origin", "ovl_set_origin", "what does copy-up store as the origin?", store_origin_answers},
    {"mkdir_opaque", "ovl_create_upper", "is a new directory that covers nothing marked opaque?", mkdir_opaque_answers},
    {"xino_bits", "ovl_get_layers", "how many high bits of st_ino hold the fsid?", xino_bits_answers},
    {"nlink", "ovl_get_nlink", "where does the link count come from?", nlink_answers},
    {"refuse", "ovl_lookup", "a redirect or metacopy that the mount does not follow", refuse_answers},
    {"option", "ovl_parse_param", "is this mount option known, with this value?", option_answers},
    {"mount_api", "ovl_parse_layer", "how do mount options reach overlayfs?", mount_api_answers},
    {"overlay_uuid", "ovl_init_uuid_xattr", "has an overlay a UUID of its own?", overlay_uuid_answers},
    {"own_xattrs", "ovl_own_xattr_get", "what is trusted.overlay.* through the mount?", own_xattrs_answers},
    {"whiteout_xattr", "ovl_path_check_xwhiteout_xattr", "is a file with overlay.whiteout a whiteout?", whiteout_xattr_answers},
    {"metacopy_value", "ovl_check_metacopy_xattr", "does the value of a metacopy xattr count?", metacopy_value_answers},
    {"root_origin_log", "ovl_get_indexdir", "does the log tell the origin of a wrong upper root?", root_origin_log_answers},
    {"taken_name", "ovl_copy_up_workdir", "the name of the copy was taken since its lookup", taken_name_answers},
    {"tmpfile_dentry", "ovl_copy_up_tmpfile", "which dentry does the overlay inode keep?", tmpfile_dentry_answers},
    {"index_upper", "ovl_verify_index", "where may the directory of an index entry lie?", index_upper_answers},
    {"user_xattrs", "shmem_xattr_handlers", "has a filesystem user.* xattrs?", user_xattrs_answers},
    {"erofs_handle", "erofs_encode_fh", "what are the file handles of erofs?", erofs_handle_answers},
    {"clone_uuid", "btrfs_scan_one_device", "the UUID of a copy of a mounted btrfs", clone_uuid_answers},
    {"layer_errors", "ovl_mount_dir_check", "where are unfit layers reported?", layer_errors_answers},
    {"tmpfs_order", "shmem_get_offset_ctx", "in which order does tmpfs list?", tmpfs_order_answers},
    {"xino_auto", "ovl_get_fsid", "does xino=auto give way to handles that cannot be followed?", xino_auto_answers},
    {"lost_metacopy_log", "ovl_lookup", "is a metacopy without data told in the log?", lost_metacopy_log_answers},
    {"d_ino_failure", "ovl_cache_update_ino", "an entry that cannot be looked up for its d_ino", d_ino_failure_answers},
    {"upper_in_lower", "ovl_check_layer", "may the upper lie within a lower layer?", upper_in_lower_answers},
    {"incompat", "ovl_workdir_cleanup_recurse", "work/incompat, left by another mount", incompat_answers},
    {"data_layers", "ovl_fs_params_verify", "are there data-only layers, and do they need metacopy=on?", data_layers_answers},
    {"whiteout_link", "ovl_whiteout", "no link to the shared whiteout can be made", whiteout_link_answers},
    {"noxattr_log", "ovl_make_workdir", "how is an upper without xattrs told in the log?", noxattr_log_answers},
    {"encode_log", "ovl_dentry_to_fid", "how is a file named whose handle cannot be made?", encode_log_answers},
    {"can_decode", "ovl_can_decode_fh", "can stored file handles of a layer be decoded?", can_decode_answers},
    {"origin_lookup", "ovl_check_origin", "which lower has an upper non-directory?", origin_lookup_answers},
    {"root_origin_check", "ovl_fill_super", "is the upper root's origin looked at without index=on?", origin_check_answers},
    {"dir_origin_check", "ovl_lookup", "is the origin of a merged directory looked at without nfs_export=on?", origin_check_answers},
    {"origin_conflict", "ovl_get_inode", "the cached inode has another upper than the name", origin_conflict_answers},
    {"revalidate", "ovl_dentry_revalidate", "is a dentry still good after origins turned out to be wrong?", revalidate_answers},
    {"stored_instance", "ovl_set_origin", "with which instance of the overlay is an origin marked?", stored_instance_answers},
    {"copied_up_key", "ovl_inode_update", "what is an inode hashed by once it is copied up?", copied_up_key_answers},
    {"moved_file", "ovl_rename", "does a copied-up non-directory remember its lower's path?", moved_file_answers},
    {"const_ino", "ovl_get_inode", "does the number of the overlay inode stay through copy-up?", const_ino_answers},
    {"index_mismatch", "ovl_lookup_index", "the index entry of an origin is missing or another upper's", index_mismatch_answers},
    {"origin_ino", "ovl_getattr", "what does stat tell of the origin of what was copied up?", origin_ino_answers},
    {"layer_dev", "ovl_map_dev_ino", "st_dev of what the overlay cannot number", layer_dev_answers},
    {"xino_range", "ovl_map_dev_ino", "does xino keep a bit for non-persistent numbers?", xino_range_answers},
    {"d_ino", "ovl_iterate", "is d_ino what stat says?", d_ino_answers},
    {"once_merged", "ovl_dir_is_real", "how is a directory listed that was merged once?", once_merged_answers},
    {"foreign_xattr", "ovl_copy_xattr", "an xattr that the upper does not take", foreign_xattr_answers},
    {"whiteout_inode", "ovl_whiteout", "do whiteouts share an inode?", whiteout_inode_answers},
    {"conflicts", "ovl_fs_params_verify", "options that need or exclude each other", conflicts_answers},
    {"layer_traps", "ovl_setup_trap", "are layers kept from lying in each other?", layer_traps_answers},
    {"in_use", "ovl_report_in_use", "a directory that another mount uses", in_use_answers},
    {"open_file", "ovl_open", "what does an open file read after copy-up?", open_file_answers},
    {"fix_origin", "ovl_fix_origin", "does a merged directory without an origin get one?", fix_origin_answers},
    {"tmpfs_uuid", "shmem_fill_super", "has a tmpfs a UUID?", tmpfs_uuid_answers},
    {"filesystem", "get_fs_type", "has the kernel a filesystem of this type?", filesystem_answers},
    {"index_owner", "ovl_get_indexdir", "which xattr of the index names its upper?", index_owner_answers},
    {"inode_failure_log", "ovl_get_inode", "is a lookup without an inode told in the log?", inode_failure_log_answers},
    {"middle_metacopy", "ovl_lookup", "the absolute redirect of a metacopy between others", middle_metacopy_answers},
    {"workdir_order", "ovl_fill_super", "when is the work directory made?", workdir_order_answers},
    {"cleanup_error", "ovl_cleanup", "is what cannot be removed from the workdir an error of the caller?", cleanup_error_answers},
    {"tmpfile_probe", "ovl_make_workdir", "when is the number free that trying O_TMPFILE took?", tmpfile_probe_answers},
    {"rename_whiteout_probe", "ovl_check_rename_whiteout", "does a mount try RENAME_WHITEOUT?", rename_whiteout_probe_answers},
    {"protattr", "ovl_check_protattr", "is overlay.protattr of an upper looked at?", protattr_answers},
};
static_assert(std::size(infos) == std::variant_size_v<decision>);

template <class Answer>
std::size_t index_of(Answer a) {
  return static_cast<std::size_t>(a);
}
std::size_t index_of(xino_bits_answer bits) { return bits < 0 ? 0 : bits == 0 ? 1 : 2; }

}  // namespace

std::span<const decision_info> decisions() noexcept { return infos; }

std::size_t answer_index(const decision& d) noexcept {
  return std::visit([](const auto& a) { return index_of(a.answer); }, d);
}

}  // namespace ovlsim
