// SPDX-License-Identifier: Apache-2.0
//
// What a UUID tells about file handles: ovl_lower_uuid_ok(), ovl_check_origin_fh(), and what copy-up stores.
#pragma once

#include "ovlsim/kernel.hpp"

namespace ovlsim::rules {

/// ovl_allow_offline_changes(): nobody opted in to a feature that cannot stand changes of the lower layers between mounts.
constexpr bool allows_offline_changes(const options_in_force& o) {
  return !o.index && !o.metacopy && o.redirect != redirect_option::on && o.xino != xino_option::on;
}

/// What all rules of ovl_lower_uuid_ok() have in common; they differ in whether a null UUID is bad even if there is but one.
constexpr uuid_answer ok_unless_shared(const uuid_question& q, bool null_is_bad) {
  if (!q.opts.nfs_export && !q.has_upper) return uuid_answer::ok;  // nothing will be decoded
  if (q.null_uuid && null_is_bad) return uuid_answer::bad;
  return q.same_as_earlier_lower ? uuid_answer::bad : uuid_answer::ok;
}

inline constexpr rule<uuid_question, uuid_answer> null_uuid_needs_opt_in{
    "null-uuid-needs-opt-in", [](const uuid_question& q) { return ok_unless_shared(q, allows_offline_changes(q.opts)); }};

/// a888db310195.
inline constexpr rule<uuid_question, uuid_answer> null_uuid_needs_old_opt_in{
    "null-uuid-needs-old-opt-in", [](const uuid_question& q) {
      return ok_unless_shared(q, !q.opts.index && !q.opts.metacopy && q.opts.xino == xino_option::off);
    }};

/// Between 7e63c87fc2dc and a888db310195.
inline constexpr rule<uuid_question, uuid_answer> null_uuid_trusted{
    "null-uuid-trusted", [](const uuid_question& q) { return ok_unless_shared(q, false); }};

/// Before 9df085f3c9a2 nothing like it was asked.
inline constexpr rule<uuid_question, uuid_answer> any_uuid_trusted{"any-uuid-trusted",
                                                                   [](const uuid_question&) { return uuid_answer::ok; }};

inline constexpr rule<follow_question, follow_answer> trusted_uuid{
    "trusted-uuid", [](const follow_question& q) {
      if (q.bad_uuid && !q.on_upper_fs) return follow_answer::skip;
      return q.same_uuid ? follow_answer::decode : follow_answer::skip;
    }};

inline constexpr rule<can_decode_question, can_decode_answer> handles_are_enough{
    "handles-are-enough",
    [](const can_decode_question& q) { return q.has_handles ? can_decode_answer::yes : can_decode_answer::no; }};

/// Before 9df085f3c9a2.
inline constexpr rule<can_decode_question, can_decode_answer> handles_need_uuid{
    "handles-need-uuid",
    [](const can_decode_question& q) { return q.has_handles && !q.null_uuid ? can_decode_answer::yes : can_decode_answer::no; }};

/// No kernel looks for what sets bad_origin; candidate policies do.
inline constexpr rule<origin_lookup_question, origin_lookup_answer> unless_bad_origin{
    "unless-bad-origin",
    [](const origin_lookup_question& q) { return q.bad_origin ? origin_lookup_answer::ignore : origin_lookup_answer::read; }};

inline constexpr rule<origin_type_question, origin_type_answer> mismatch_is_no_origin{
    "mismatch-is-no-origin", [](const origin_type_question&) { return origin_type_answer::no_origin; }};

inline constexpr rule<origin_type_question, origin_type_answer> mismatch_is_eio{
    "mismatch-is-eio", [](const origin_type_question&) { return origin_type_answer::eio; }};

inline constexpr rule<store_origin_question, store_origin_answer> handle_unless_broken_link{
    "handle-unless-broken-link", [](const store_origin_question& q) {
      if (!q.is_dir && q.lower_nlink != 1 && !q.to_index) return store_origin_answer::nothing;
      return q.opts.index || q.can_decode ? store_origin_answer::handle : store_origin_answer::empty;
    }};

}  // namespace ovlsim::rules
