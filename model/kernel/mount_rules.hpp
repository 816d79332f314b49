// SPDX-License-Identifier: Apache-2.0
//
// Mounting: which options there are, how they reach overlayfs, what an upper gets.
#pragma once

#include "ovlsim/kernel.hpp"

namespace ovlsim::rules {

inline constexpr rule<option_question, option_answer> all_options{"all-options",
                                                                  [](const option_question&) { return option_answer::known; }};

inline constexpr rule<option_question, option_answer> uuid_on_or_off{
    "uuid-on-or-off", [](const option_question& q) {
      if (q.option == option_name::datadir) return option_answer::unknown;
      const bool other_uuid = q.option == option_name::uuid_mode && q.uuid != uuid_option::on && q.uuid != uuid_option::off;
      return other_uuid ? option_answer::unknown : option_answer::known;
    }};

inline constexpr rule<mount_api_question, mount_api_answer> fs_context{
    "fs-context", [](const mount_api_question&) { return mount_api_answer::fs_context; }};
inline constexpr rule<mount_api_question, mount_api_answer> option_string{
    "option-string", [](const mount_api_question&) { return mount_api_answer::option_string; }};

inline constexpr rule<overlay_uuid_question, overlay_uuid_answer> stored_overlay_uuid{
    "stored-overlay-uuid", [](const overlay_uuid_question&) { return overlay_uuid_answer::stored; }};
inline constexpr rule<overlay_uuid_question, overlay_uuid_answer> no_overlay_uuid{
    "no-overlay-uuid", [](const overlay_uuid_question&) { return overlay_uuid_answer::none; }};

inline constexpr rule<root_origin_log_question, root_origin_log_answer> brief_root_origin{
    "brief-root-origin", [](const root_origin_log_question&) { return root_origin_log_answer::brief; }};
inline constexpr rule<root_origin_log_question, root_origin_log_answer> root_origin_in_full{
    "root-origin-in-full", [](const root_origin_log_question&) { return root_origin_log_answer::in_full; }};

inline constexpr rule<index_upper_question, index_upper_answer> index_upper_anywhere{
    "index-upper-anywhere", [](const index_upper_question&) { return index_upper_answer::anywhere; }};
inline constexpr rule<index_upper_question, index_upper_answer> index_upper_within{
    "index-upper-within", [](const index_upper_question&) { return index_upper_answer::within_upper; }};

}  // namespace ovlsim::rules
