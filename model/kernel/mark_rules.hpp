// SPDX-License-Identifier: Apache-2.0
//
// The marks in xattrs: what is seen of them through the mount, which of them count, and what copy-up leaves.
#pragma once

#include "ovlsim/kernel.hpp"

namespace ovlsim::rules {

inline constexpr rule<own_xattrs_question, own_xattrs_answer> escaped_own_xattrs{
    "escaped-own-xattrs", [](const own_xattrs_question&) { return own_xattrs_answer::escaped; }};
inline constexpr rule<own_xattrs_question, own_xattrs_answer> refused_own_xattrs{
    "refused-own-xattrs", [](const own_xattrs_question&) { return own_xattrs_answer::refused; }};

inline constexpr rule<whiteout_xattr_question, whiteout_xattr_answer> whiteout_xattr_honoured{
    "whiteout-xattr-honoured", [](const whiteout_xattr_question&) { return whiteout_xattr_answer::honoured; }};
inline constexpr rule<whiteout_xattr_question, whiteout_xattr_answer> whiteout_xattr_ignored{
    "whiteout-xattr-ignored", [](const whiteout_xattr_question&) { return whiteout_xattr_answer::ignored; }};

inline constexpr rule<metacopy_value_question, metacopy_value_answer> metacopy_header{
    "metacopy-header", [](const metacopy_value_question& q) {
      constexpr std::size_t min_size = 4;  // OVL_METACOPY_MIN_SIZE
      return q.size == 0 || q.size >= min_size ? metacopy_value_answer::ok : metacopy_value_answer::too_small;
    }};
inline constexpr rule<metacopy_value_question, metacopy_value_answer> any_metacopy{
    "any-metacopy", [](const metacopy_value_question&) { return metacopy_value_answer::ok; }};

inline constexpr rule<metacopy_value_question, metacopy_value_answer> no_metacopies{
    "no-metacopies", [](const metacopy_value_question&) { return metacopy_value_answer::ignored; }};

inline constexpr rule<foreign_xattr_question, foreign_xattr_answer> foreign_xattr_left_behind{
    "foreign-xattr-left-behind", [](const foreign_xattr_question&) { return foreign_xattr_answer::left_behind; }};
inline constexpr rule<foreign_xattr_question, foreign_xattr_answer> foreign_xattr_fails{
    "foreign-xattr-fails", [](const foreign_xattr_question&) { return foreign_xattr_answer::fails; }};

inline constexpr rule<whiteout_inode_question, whiteout_inode_answer> whiteouts_share{
    "whiteouts-share", [](const whiteout_inode_question&) { return whiteout_inode_answer::shared; }};
inline constexpr rule<whiteout_inode_question, whiteout_inode_answer> whiteouts_apart{
    "whiteouts-apart", [](const whiteout_inode_question&) { return whiteout_inode_answer::own; }};

inline constexpr rule<taken_name_question, taken_name_answer> taken_name_fails{
    "taken-name-fails", [](const taken_name_question&) { return taken_name_answer::eexist; }};
inline constexpr rule<taken_name_question, taken_name_answer> taken_name_is_replaced{
    "taken-name-is-replaced", [](const taken_name_question&) { return taken_name_answer::replace; }};

inline constexpr rule<tmpfile_dentry_question, tmpfile_dentry_answer> linked_dentry{
    "linked-dentry", [](const tmpfile_dentry_question&) { return tmpfile_dentry_answer::linked; }};
inline constexpr rule<tmpfile_dentry_question, tmpfile_dentry_answer> temporary_dentry{
    "temporary-dentry", [](const tmpfile_dentry_question&) { return tmpfile_dentry_answer::temporary; }};

inline constexpr rule<whiteout_link_question, whiteout_link_answer> shares_no_more{
    "shares-no-more", [](const whiteout_link_question&) { return whiteout_link_answer::shares_no_more; }};
inline constexpr rule<whiteout_link_question, whiteout_link_answer> whiteout_gives_up{
    "whiteout-gives-up", [](const whiteout_link_question&) { return whiteout_link_answer::gives_up; }};

inline constexpr rule<encode_log_question, encode_log_answer> encode_log_by_name{
    "encode-log-by-name", [](const encode_log_question&) { return encode_log_answer::by_name; }};
inline constexpr rule<encode_log_question, encode_log_answer> encode_log_by_number{
    "encode-log-by-number", [](const encode_log_question&) { return encode_log_answer::by_number; }};

inline constexpr rule<protattr_question, protattr_answer> protattr_read{
    "protattr-read", [](const protattr_question&) { return protattr_answer::read; }};
inline constexpr rule<protattr_question, protattr_answer> protattr_ignored{
    "protattr-ignored", [](const protattr_question&) { return protattr_answer::ignored; }};

}  // namespace ovlsim::rules
