// SPDX-License-Identifier: Apache-2.0
//
// Directories, redirects and metacopy: what lookup refuses, what mkdir marks.
#pragma once

#include "kernel/uuid_rules.hpp"

namespace ovlsim::rules {

inline constexpr rule<mkdir_opaque_question, mkdir_opaque_answer> opaque_if_opted_in{
    "opaque-if-opted-in", [](const mkdir_opaque_question& q) {
      return q.parent_merged && !allows_offline_changes(q.opts) ? mkdir_opaque_answer::opaque : mkdir_opaque_answer::plain;
    }};

inline constexpr rule<refuse_question, refuse_answer> before_each_layer{
    "before-each-layer", [](const refuse_question& q) {
      if (q.point != refuse_point::before_layer && q.point != refuse_point::after_layers && q.point != refuse_point::in_index) {
        return refuse_answer::go_on;
      }
      if (q.metacopy) return refuse_answer::refuse_metacopy;
      return q.redirect ? refuse_answer::refuse_redirect : refuse_answer::go_on;
    }};

inline constexpr rule<refuse_question, refuse_answer> where_a_lower_is{
    "where-a-lower-is", [](const refuse_question& q) {
      if (q.point == refuse_point::found && q.metacopy) return refuse_answer::refuse_metacopy;
      return q.point == refuse_point::taken && q.redirect ? refuse_answer::refuse_redirect : refuse_answer::go_on;
    }};

inline constexpr rule<refuse_question, refuse_answer> once_data_are_found{
    "once-data-are-found", [](const refuse_question& q) {
      if (q.point == refuse_point::resolved && q.metacopy) return refuse_answer::refuse_metacopy;
      return q.point == refuse_point::taken && q.redirect ? refuse_answer::refuse_redirect : refuse_answer::go_on;
    }};

inline constexpr rule<middle_metacopy_question, middle_metacopy_answer> middle_metacopy_followed{
    "middle-metacopy-followed", [](const middle_metacopy_question&) { return middle_metacopy_answer::followed; }};
inline constexpr rule<middle_metacopy_question, middle_metacopy_answer> middle_metacopy_passed_over{
    "middle-metacopy-passed-over", [](const middle_metacopy_question&) { return middle_metacopy_answer::passed_over; }};

inline constexpr rule<fix_origin_question, fix_origin_answer> missing_origin_stored{
    "missing-origin-stored", [](const fix_origin_question&) { return fix_origin_answer::stored; }};
inline constexpr rule<fix_origin_question, fix_origin_answer> missing_origin_left{
    "missing-origin-left", [](const fix_origin_question&) { return fix_origin_answer::left; }};

inline constexpr rule<index_mismatch_question, index_mismatch_answer> mismatch_is_not_indexed{
    "mismatch-is-not-indexed", [](const index_mismatch_question&) { return index_mismatch_answer::not_indexed; }};
inline constexpr rule<index_mismatch_question, index_mismatch_answer> hard_link_needs_its_index{
    "hard-link-needs-its-index", [](const index_mismatch_question& q) {
      return q.missing && q.origin_nlink == 1 ? index_mismatch_answer::not_indexed : index_mismatch_answer::eio;
    }};

inline constexpr rule<lost_metacopy_log_question, lost_metacopy_log_answer> lost_metacopy_logged{
    "lost-metacopy-logged", [](const lost_metacopy_log_question&) { return lost_metacopy_log_answer::logged; }};
inline constexpr rule<lost_metacopy_log_question, lost_metacopy_log_answer> lost_metacopy_silent{
    "lost-metacopy-silent", [](const lost_metacopy_log_question&) { return lost_metacopy_log_answer::silent; }};

inline constexpr rule<d_ino_failure_question, d_ino_failure_answer> unfound_entry_dropped{
    "unfound-entry-dropped", [](const d_ino_failure_question&) { return d_ino_failure_answer::dropped; }};
inline constexpr rule<d_ino_failure_question, d_ino_failure_answer> unfound_entry_kept{
    "unfound-entry-kept", [](const d_ino_failure_question&) { return d_ino_failure_answer::kept; }};

inline constexpr rule<mkdir_opaque_question, mkdir_opaque_answer> opaque_in_merged{
    "opaque-in-merged",
    [](const mkdir_opaque_question& q) { return q.parent_merged ? mkdir_opaque_answer::opaque : mkdir_opaque_answer::plain; }};

}  // namespace ovlsim::rules
