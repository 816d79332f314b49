// SPDX-License-Identifier: Apache-2.0
//
// The rules of the candidate policies (policies.cpp).
#pragma once

#include "kernel/uuid_rules.hpp"

namespace ovlsim::rules {

inline constexpr rule<uuid_question, uuid_answer> null_uuid_needs_index{
    "null-uuid-needs-index", [](const uuid_question& q) { return ok_unless_shared(q, !q.opts.index); }};

/// The kernels' own reason not to look (unless_bad_origin) stays.
constexpr origin_lookup_answer read_if(bool wanted, const origin_lookup_question& q) {
  return wanted ? unless_bad_origin(q) : origin_lookup_answer::ignore;
}

inline constexpr rule<origin_lookup_question, origin_lookup_answer> only_with_index{
    "only-with-index", [](const origin_lookup_question& q) { return read_if(q.opts.index, q); }};

inline constexpr rule<origin_lookup_question, origin_lookup_answer> only_opted_in{
    "only-opted-in", [](const origin_lookup_question& q) {
      return read_if(q.opts.metacopy || q.opts.index || q.opts.xino != xino_option::off, q);
    }};

inline constexpr rule<origin_lookup_question, origin_lookup_answer> not_for_metacopy_alone{
    "not-for-metacopy-alone", [](const origin_lookup_question& q) { return read_if(!q.opts.metacopy || q.opts.index, q); }};

/// "Only if created in *this* instance of overlayfs" has no exception for options: it is the whole reason to trust a null UUID.
inline constexpr rule<follow_question, follow_answer> null_uuid_needs_own_instance{
    "null-uuid-needs-own-instance",
    [](const follow_question& q) { return q.null_uuid && q.other_instance ? follow_answer::skip : trusted_uuid(q); }};

inline constexpr rule<stored_instance_question, stored_instance_answer> instance_is_mount{
    "instance-is-mount", [](const stored_instance_question&) { return stored_instance_answer::mount; }};
inline constexpr rule<stored_instance_question, stored_instance_answer> instance_is_upper{
    "instance-is-upper", [](const stored_instance_question&) { return stored_instance_answer::upper; }};

/// "When ovl_verify_origin() on some dir fails and index/metacopy are disabled": else it fails without consequence.
constexpr origin_check_answer distrust_if_disabled(const options_in_force& o) {
  return o.index || o.metacopy ? origin_check_answer::compare : origin_check_answer::distrust;
}

inline constexpr rule<root_origin_check_question, origin_check_answer> root_origin_compared{
    "root-origin-compared", [](const root_origin_check_question& q) { return distrust_if_disabled(q.opts); }};

inline constexpr rule<dir_origin_check_question, origin_check_answer> dir_origin_compared{
    "dir-origin-compared", [](const dir_origin_check_question& q) { return distrust_if_disabled(q.opts); }};

/// "Also set null fh in ovl_set_origin() from here on": of directories, too.
inline constexpr rule<store_origin_question, store_origin_answer> empty_after_bad_origin{
    "empty-after-bad-origin", [](const store_origin_question& q) {
      const store_origin_answer as_before = handle_unless_broken_link(q);
      return q.bad_origin && as_before == store_origin_answer::handle ? store_origin_answer::empty : as_before;
    }};

inline constexpr rule<revalidate_question, revalidate_answer> copied_up_is_invalid{
    "copied-up-is-invalid", [](const revalidate_question& q) {
      return !q.is_dir && q.upper && q.lower ? revalidate_answer::invalid : revalidate_answer::valid;
    }};

/// Only the origins of non-directories are what bad_origin is about; index and metacopy as for the directories' origins.
inline constexpr rule<origin_conflict_question, origin_conflict_answer> conflict_distrusts{
    "conflict-distrusts", [](const origin_conflict_question& q) {
      return q.is_dir || q.opts.index || q.opts.metacopy ? origin_conflict_answer::estale : origin_conflict_answer::distrust;
    }};

/// "In case index is disabled": metacopy is not spoken of. A metacopy's lower is what its path leads to, so it keeps its data.
inline constexpr rule<origin_conflict_question, origin_conflict_answer> conflict_by_upper{
    "conflict-by-upper", [](const origin_conflict_question& q) {
      return q.is_dir || q.opts.index ? origin_conflict_answer::estale : origin_conflict_answer::by_upper;
    }};

}  // namespace ovlsim::rules
