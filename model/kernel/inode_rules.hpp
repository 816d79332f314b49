// SPDX-License-Identifier: Apache-2.0
//
// Overlay inodes: what they are hashed by, when two lookups mean the same one, their numbers and link counts.
#pragma once

#include <bit>

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

inline constexpr rule<xino_bits_question, xino_bits_answer> bits_that_layers_leave{
    "bits-that-layers-leave", [](const xino_bits_question& q) {
      constexpr int ino32_leaves = 32;
      if (q.filesystems - (q.has_upper ? 0 : 1) == 1) return 0;
      if (q.opts.xino == xino_option::off) return -1;
      if (q.all_ino32) return ino32_leaves;
      return static_cast<int>(std::bit_width(q.filesystems - 1)) + 1;  // ilog2(n) + 2: one for the upper, one for non-persistent numbers
    }};

inline constexpr rule<nlink_question, nlink_answer> xattr_of_lower_hard_links{
    "xattr-of-lower-hard-links",
    [](const nlink_question& q) { return q.lower_nlink == 1 ? nlink_answer::real : nlink_answer::from_xattr; }};

inline constexpr rule<nlink_question, nlink_answer> xattr_of_indexed_too{
    "xattr-of-indexed-too", [](const nlink_question& q) {
      return !q.indexed && q.lower_nlink == 1 ? nlink_answer::real : nlink_answer::from_xattr;
    }};

}  // namespace ovlsim::rules
