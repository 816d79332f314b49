// SPDX-License-Identifier: Apache-2.0
//
// The filesystems that a kernel brings along.
#pragma once

#include "ovlsim/kernel.hpp"

namespace ovlsim::rules {

inline constexpr rule<user_xattrs_question, user_xattrs_answer> user_xattrs_everywhere{
    "user-xattrs-everywhere", [](const user_xattrs_question&) { return user_xattrs_answer::yes; }};
inline constexpr rule<user_xattrs_question, user_xattrs_answer> no_user_xattrs_on_tmpfs{
    "no-user-xattrs-on-tmpfs",
    [](const user_xattrs_question& q) { return q.type == fs_type::tmpfs ? user_xattrs_answer::no : user_xattrs_answer::yes; }};

inline constexpr rule<erofs_handle_question, erofs_handle_answer> erofs_ino64{
    "erofs-ino64", [](const erofs_handle_question&) { return erofs_handle_answer::ino64; }};
inline constexpr rule<erofs_handle_question, erofs_handle_answer> erofs_ino32{
    "erofs-ino32", [](const erofs_handle_question&) { return erofs_handle_answer::ino32; }};

inline constexpr rule<clone_uuid_question, clone_uuid_answer> clone_has_own_uuid{
    "clone-has-own-uuid", [](const clone_uuid_question&) { return clone_uuid_answer::own; }};
inline constexpr rule<clone_uuid_question, clone_uuid_answer> clone_has_same_uuid{
    "clone-has-same-uuid", [](const clone_uuid_question&) { return clone_uuid_answer::same; }};
inline constexpr rule<clone_uuid_question, clone_uuid_answer> clone_is_refused{
    "clone-is-refused", [](const clone_uuid_question&) { return clone_uuid_answer::refused; }};

inline constexpr rule<erofs_handle_question, erofs_handle_answer> no_erofs_handles{
    "no-erofs-handles", [](const erofs_handle_question&) { return erofs_handle_answer::none; }};

inline constexpr rule<tmpfs_order_question, tmpfs_order_answer> tmpfs_newest_first{
    "tmpfs-newest-first", [](const tmpfs_order_question&) { return tmpfs_order_answer::newest_first; }};
inline constexpr rule<tmpfs_order_question, tmpfs_order_answer> tmpfs_oldest_first{
    "tmpfs-oldest-first", [](const tmpfs_order_question&) { return tmpfs_order_answer::oldest_first; }};

inline constexpr rule<tmpfs_uuid_question, tmpfs_uuid_answer> tmpfs_has_uuid{
    "tmpfs-has-uuid", [](const tmpfs_uuid_question&) { return tmpfs_uuid_answer::random; }};
inline constexpr rule<tmpfs_uuid_question, tmpfs_uuid_answer> tmpfs_has_no_uuid{
    "tmpfs-has-no-uuid", [](const tmpfs_uuid_question&) { return tmpfs_uuid_answer::null; }};

inline constexpr rule<filesystem_question, filesystem_answer> all_filesystems{
    "all-filesystems", [](const filesystem_question&) { return filesystem_answer::known; }};
inline constexpr rule<filesystem_question, filesystem_answer> no_erofs{
    "no-erofs",
    [](const filesystem_question& q) { return q.type == fs_type::erofs ? filesystem_answer::unknown : filesystem_answer::known; }};

}  // namespace ovlsim::rules
