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
  rule<cleanup_error_question, cleanup_error_answer> cleanup_error;
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
