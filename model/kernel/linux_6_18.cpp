// SPDX-License-Identifier: Apache-2.0
//
// Linux 6.18's answer to every question. One rule a function, named in `linux_6_18` below; the source of each rule is the kernel
// function that the question in kernel.hpp names.
#include <bit>

#include "ovlsim/kernel.hpp"

namespace ovlsim {

namespace {

/// ovl_allow_offline_changes(): nobody opted in to a feature that cannot stand changes of the lower layers between mounts.
constexpr bool allows_offline_changes(const options_in_force& o) {
  return !o.index && !o.metacopy && o.redirect != redirect_option::on && o.xino != xino_option::on;
}

constexpr uuid_answer null_uuid_needs_opt_in(const uuid_question& q) {
  if (!q.opts.nfs_export && !q.has_upper) return uuid_answer::ok;  // nothing will be decoded
  if (q.null_uuid && allows_offline_changes(q.opts)) return uuid_answer::bad;
  return q.same_as_earlier_lower ? uuid_answer::bad : uuid_answer::ok;
}

constexpr follow_answer trusted_uuid(const follow_question& q) {
  if (q.bad_uuid && !q.on_upper_fs) return follow_answer::skip;
  return q.same_uuid ? follow_answer::decode : follow_answer::skip;
}

constexpr origin_type_answer mismatch_is_no_origin(const origin_type_question&) { return origin_type_answer::no_origin; }

constexpr inode_key_answer by_lower_unless_broken_link(const inode_key_question& q) {
  const inode_key_answer not_by_lower = q.upper ? inode_key_answer::by_upper : inode_key_answer::unhashed;
  if (!q.lower) return inode_key_answer::by_upper;
  if (q.indexed || !q.overlay_has_upper) return inode_key_answer::by_lower;
  if ((q.upper || !q.opts.index) && !q.lower_is_dir && q.lower_nlink > 1) return not_by_lower;
  if (q.opts.nfs_export && q.upper) return inode_key_answer::by_upper;
  return inode_key_answer::by_lower;
}

constexpr verify_answer given_parts_match(const verify_question& q) {
  if (q.is_dir && q.strict && ((!q.lower && q.inode_lower) || (!q.upper && q.inode_upper))) return verify_answer::stale;
  if (q.lower && !q.same_lower) return verify_answer::stale;
  if (q.upper && !q.same_upper) return verify_answer::stale;
  return verify_answer::same;
}

constexpr store_origin_answer handle_unless_broken_link(const store_origin_question& q) {
  if (!q.is_dir && q.lower_nlink != 1 && !q.to_index) return store_origin_answer::nothing;
  return q.opts.index || q.can_decode ? store_origin_answer::handle : store_origin_answer::empty;
}

constexpr mkdir_opaque_answer opaque_if_opted_in(const mkdir_opaque_question& q) {
  return q.parent_merged && !allows_offline_changes(q.opts) ? mkdir_opaque_answer::opaque : mkdir_opaque_answer::plain;
}

constexpr xino_bits_answer bits_that_layers_leave(const xino_bits_question& q) {
  constexpr int ino32_leaves = 32;
  if (q.filesystems - (q.has_upper ? 0 : 1) == 1) return 0;
  if (q.opts.xino == xino_option::off) return -1;
  if (q.all_ino32) return ino32_leaves;
  return static_cast<int>(std::bit_width(q.filesystems - 1)) + 1;  // ilog2(n) + 2: one for the upper, one for non-persistent numbers
}

constexpr nlink_answer xattr_of_lower_hard_links(const nlink_question& q) {
  return q.lower_nlink == 1 ? nlink_answer::real : nlink_answer::from_xattr;
}

constexpr refuse_answer before_each_layer(const refuse_question& q) {
  if (q.metacopy) return refuse_answer::refuse_metacopy;
  return q.redirect ? refuse_answer::refuse_redirect : refuse_answer::go_on;
}

}  // namespace

constinit const kernel linux_6_18{
    .name = "6.18",
    .lower_uuid = {"null-uuid-needs-opt-in", null_uuid_needs_opt_in},
    .follow_origin = {"trusted-uuid", trusted_uuid},
    .origin_type = {"mismatch-is-no-origin", mismatch_is_no_origin},
    .inode_key = {"by-lower-unless-broken-link", by_lower_unless_broken_link},
    .verify_inode = {"given-parts-match", given_parts_match},
    .store_origin = {"handle-unless-broken-link", handle_unless_broken_link},
    .mkdir_opaque = {"opaque-if-opted-in", opaque_if_opted_in},
    .xino_bits = {"bits-that-layers-leave", bits_that_layers_leave},
    .nlink = {"xattr-of-lower-hard-links", xattr_of_lower_hard_links},
    .refuse = {"before-each-layer", before_each_layer},
};

const kernel* kernel_named(std::string_view name) noexcept { return name == linux_6_18.name ? &linux_6_18 : nullptr; }

std::string_view kernel_names() noexcept { return linux_6_18.name; }

}  // namespace ovlsim
