// SPDX-License-Identifier: Apache-2.0
//
// Overlay inodes: what they are hashed by, when two lookups mean the same one, their link counts; and open files.
#pragma once

#include "ovlsim/kernel.hpp"

namespace ovlsim::rules {

inline constexpr rule<inode_key_question, inode_key_answer> by_lower_unless_broken_link{
    "by-lower-unless-broken-link", [](const inode_key_question& q) {
      const inode_key_answer not_by_lower = q.upper ? inode_key_answer::by_upper : inode_key_answer::unhashed;
      if (!q.lower) return inode_key_answer::by_upper;
      if (q.indexed || !q.overlay_has_upper) return inode_key_answer::by_lower;
      if ((q.upper || !q.opts.index) && !q.lower_is_dir && q.lower_nlink > 1) return not_by_lower;
      if (q.opts.nfs_export && q.upper) return inode_key_answer::by_upper;
      return inode_key_answer::by_lower;
    }};

inline constexpr rule<verify_question, verify_answer> given_parts_match{
    "given-parts-match", [](const verify_question& q) {
      if (q.is_dir && q.strict && ((!q.lower && q.inode_lower) || (!q.upper && q.inode_upper))) return verify_answer::stale;
      if (q.lower && !q.same_lower) return verify_answer::stale;
      if (q.upper && !q.same_upper) return verify_answer::stale;
      return verify_answer::same;
    }};

inline constexpr rule<nlink_question, nlink_answer> xattr_of_lower_hard_links{
    "xattr-of-lower-hard-links",
    [](const nlink_question& q) { return q.lower_nlink == 1 ? nlink_answer::real : nlink_answer::from_xattr; }};

inline constexpr rule<nlink_question, nlink_answer> xattr_of_indexed_too{
    "xattr-of-indexed-too", [](const nlink_question& q) {
      return !q.indexed && q.lower_nlink == 1 ? nlink_answer::real : nlink_answer::from_xattr;
    }};

inline constexpr rule<inode_key_question, inode_key_answer> files_by_origin{
    "files-by-origin", [](const inode_key_question& q) {
      if (q.is_dir || (!q.upper && !q.opts.index)) return inode_key_answer::unhashed;
      return q.lower ? inode_key_answer::by_lower : inode_key_answer::by_upper;
    }};
inline constexpr rule<inode_key_question, inode_key_answer> upper_files_by_upper{
    "upper-files-by-upper",
    [](const inode_key_question& q) { return q.upper && !q.is_dir ? inode_key_answer::by_upper : inode_key_answer::unhashed; }};

inline constexpr rule<verify_question, verify_answer> same_lower_or_none{
    "same-lower-or-none", [](const verify_question& q) {
      if (q.lower != q.inode_lower || (q.lower && !q.same_lower)) return verify_answer::stale;
      return q.upper && !q.same_upper ? verify_answer::stale : verify_answer::same;
    }};
inline constexpr rule<verify_question, verify_answer> never_verified{
    "never-verified", [](const verify_question&) { return verify_answer::same; }};

inline constexpr rule<const_ino_question, const_ino_answer> const_ino_by_lower{
    "const-ino-by-lower", [](const const_ino_question& q) { return q.by_lower ? const_ino_answer::yes : const_ino_answer::no; }};
inline constexpr rule<const_ino_question, const_ino_answer> const_ino_with_lower{
    "const-ino-with-lower", [](const const_ino_question& q) { return q.lower ? const_ino_answer::yes : const_ino_answer::no; }};

inline constexpr rule<inode_failure_log_question, inode_failure_log_answer> inode_failure_logged{
    "inode-failure-logged", [](const inode_failure_log_question&) { return inode_failure_log_answer::logged; }};
inline constexpr rule<inode_failure_log_question, inode_failure_log_answer> inode_failure_silent{
    "inode-failure-silent", [](const inode_failure_log_question&) { return inode_failure_log_answer::silent; }};

inline constexpr rule<open_file_question, open_file_answer> open_files_stacked{
    "open-files-stacked", [](const open_file_question&) { return open_file_answer::stacked; }};
inline constexpr rule<open_file_question, open_file_answer> open_files_real{
    "open-files-real", [](const open_file_question&) { return open_file_answer::real; }};

}  // namespace ovlsim::rules
