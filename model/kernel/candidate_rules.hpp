// SPDX-License-Identifier: Apache-2.0
//
// The kernels' rules for what only candidate policies do (policies.cpp): nothing.
#pragma once

#include "ovlsim/kernel.hpp"

namespace ovlsim::rules {

inline constexpr rule<root_origin_check_question, origin_check_answer> root_origin_unchecked{
    "root-origin-unchecked", [](const root_origin_check_question&) { return origin_check_answer::none; }};

inline constexpr rule<dir_origin_check_question, origin_check_answer> dir_origin_unchecked{
    "dir-origin-unchecked", [](const dir_origin_check_question&) { return origin_check_answer::none; }};

inline constexpr rule<origin_conflict_question, origin_conflict_answer> conflict_is_estale{
    "conflict-is-estale", [](const origin_conflict_question&) { return origin_conflict_answer::estale; }};

inline constexpr rule<revalidate_question, revalidate_answer> cached_is_valid{
    "cached-is-valid", [](const revalidate_question&) { return revalidate_answer::valid; }};

inline constexpr rule<stored_instance_question, stored_instance_answer> no_instance{
    "no-instance", [](const stored_instance_question&) { return stored_instance_answer::none; }};

inline constexpr rule<copied_up_key_question, copied_up_key_answer> stays_by_lower{
    "stays-by-lower", [](const copied_up_key_question&) { return copied_up_key_answer::by_lower; }};

inline constexpr rule<moved_file_question, moved_file_answer> only_metacopies_redirect{
    "only-metacopies-redirect", [](const moved_file_question&) { return moved_file_answer::forgets; }};

}  // namespace ovlsim::rules
