// SPDX-License-Identifier: Apache-2.0
//
// A kernel: for each decision (decisions.hpp) a rule, which is a name and a plain function from the question to the answer. The model
// asks through here and nowhere else, so a candidate policy is a copy of a kernel with one rule replaced:
//
//     kernel k = linux_6_18;
//     k.follow_origin = {"never", [](const follow_question&) { return follow_answer::skip; }};
//
// The releases that the model knows are data: each is the one before it plus the decisions that changed.
#pragma once

#include <span>
#include <string_view>

#include "ovlsim/decisions.hpp"

namespace ovlsim {

template <class Question, class Answer>
struct rule {
  std::string_view name;
  Answer (*decide)(const Question&) = nullptr;

  constexpr Answer operator()(const Question& q) const { return decide(q); }
};

/// Everything that the model asks. Plain, constexpr, copyable. What a filesystem can do is asked when it is made, what an overlay makes
/// of xattrs when it is mounted, the rest at each use: a world stays with the kernel that it began with.
struct kernel {
  std::string_view name;
  rule<uuid_question, uuid_answer> lower_uuid;
  rule<follow_question, follow_answer> follow_origin;
  rule<origin_type_question, origin_type_answer> origin_type;
  rule<inode_key_question, inode_key_answer> inode_key;
  rule<verify_question, verify_answer> verify_inode;
  rule<store_origin_question, store_origin_answer> store_origin;
  rule<mkdir_opaque_question, mkdir_opaque_answer> mkdir_opaque;
  rule<xino_bits_question, xino_bits_answer> xino_bits;
  rule<nlink_question, nlink_answer> nlink;
  rule<refuse_question, refuse_answer> refuse;
  rule<option_question, option_answer> option;
  rule<mount_api_question, mount_api_answer> mount_api;
  rule<overlay_uuid_question, overlay_uuid_answer> overlay_uuid;
  rule<own_xattrs_question, own_xattrs_answer> own_xattrs;
  rule<whiteout_xattr_question, whiteout_xattr_answer> whiteout_xattr;
  rule<metacopy_value_question, metacopy_value_answer> metacopy_value;
  rule<root_origin_log_question, root_origin_log_answer> root_origin_log;
  rule<taken_name_question, taken_name_answer> taken_name;
  rule<tmpfile_dentry_question, tmpfile_dentry_answer> tmpfile_dentry;
  rule<index_upper_question, index_upper_answer> index_upper;
  rule<user_xattrs_question, user_xattrs_answer> user_xattrs;
  rule<erofs_handle_question, erofs_handle_answer> erofs_handle;
  rule<clone_uuid_question, clone_uuid_answer> clone_uuid;
  rule<layer_errors_question, layer_errors_answer> layer_errors;
  rule<tmpfs_order_question, tmpfs_order_answer> tmpfs_order;
  rule<xino_auto_question, xino_auto_answer> xino_auto;
  rule<lost_metacopy_log_question, lost_metacopy_log_answer> lost_metacopy_log;
  rule<d_ino_failure_question, d_ino_failure_answer> d_ino_failure;
  rule<upper_in_lower_question, upper_in_lower_answer> upper_in_lower;
  rule<incompat_question, incompat_answer> incompat;
  rule<data_layers_question, data_layers_answer> data_layers;
  rule<whiteout_link_question, whiteout_link_answer> whiteout_link;
  rule<noxattr_log_question, noxattr_log_answer> noxattr_log;
  rule<encode_log_question, encode_log_answer> encode_log;
  rule<can_decode_question, can_decode_answer> can_decode;
  rule<origin_lookup_question, origin_lookup_answer> origin_lookup;
  rule<root_origin_check_question, origin_check_answer> root_origin_check;
  rule<dir_origin_check_question, origin_check_answer> dir_origin_check;
  rule<origin_conflict_question, origin_conflict_answer> origin_conflict;
  rule<revalidate_question, revalidate_answer> revalidate;
  rule<stored_instance_question, stored_instance_answer> stored_instance;
  rule<copied_up_key_question, copied_up_key_answer> copied_up_key;
  rule<moved_file_question, moved_file_answer> moved_file;
  rule<const_ino_question, const_ino_answer> const_ino;
  rule<index_mismatch_question, index_mismatch_answer> index_mismatch;
  rule<origin_ino_question, origin_ino_answer> origin_ino;
  rule<layer_dev_question, layer_dev_answer> layer_dev;
  rule<xino_range_question, xino_range_answer> xino_range;
  rule<d_ino_question, d_ino_answer> d_ino;
  rule<once_merged_question, once_merged_answer> once_merged;
  rule<foreign_xattr_question, foreign_xattr_answer> foreign_xattr;
  rule<whiteout_inode_question, whiteout_inode_answer> whiteout_inode;
  rule<conflicts_question, conflicts_answer> conflicts;
  rule<layer_traps_question, layer_traps_answer> layer_traps;
  rule<in_use_question, in_use_answer> in_use;
  rule<open_file_question, open_file_answer> open_file;
  rule<fix_origin_question, fix_origin_answer> fix_origin;
  rule<tmpfs_uuid_question, tmpfs_uuid_answer> tmpfs_uuid;
  rule<filesystem_question, filesystem_answer> filesystem;
  rule<index_owner_question, index_owner_answer> index_owner;
  rule<inode_failure_log_question, inode_failure_log_answer> inode_failure_log;
  rule<middle_metacopy_question, middle_metacopy_answer> middle_metacopy;
  rule<workdir_order_question, workdir_order_answer> workdir_order;
  rule<cleanup_error_question, cleanup_error_answer> cleanup_error;
  rule<tmpfile_probe_question, tmpfile_probe_answer> tmpfile_probe;
  rule<rename_whiteout_probe_question, rename_whiteout_probe_answer> rename_whiteout_probe;
  rule<protattr_question, protattr_answer> protattr;
};

/// The name of the rule by which `k` takes the decision `place` of decisions().
std::string_view rule_name(const kernel& k, std::size_t place) noexcept;

/// Linux 6.18, the newest and the default.
extern const kernel linux_6_18;

/// A decision that a release takes otherwise than the one before it.
struct change {
  std::string_view decision;  ///< decision_info::name
  void (*apply)(kernel& k);   ///< puts the new rule in place
  std::string_view commit;    ///< the kernel's commit, and its subject where that says more
  std::string_view words;     ///< what changed, for people
};

/// A release: the one before it with these changes.
struct kernel_series {
  std::string_view name;     ///< `"6.1"`
  std::string_view means;    ///< which release of that series
  std::span<const change> changes;
};

/// The releases, oldest first; the first one's changes are empty.
std::span<const kernel_series> kernel_history() noexcept;

/// The kernel of that name (`"6.18"`); null where there is none.
const kernel* kernel_named(std::string_view name) noexcept;

}  // namespace ovlsim
