// SPDX-License-Identifier: Apache-2.0
//
// upper-key: a file that has an upper is found in the inode cache by that, from its copy-up on. Origins are followed as before, but serve
// for st_ino alone: whatever one means, no two files become one. With index=on, whose entries are found by lowers, nothing changes.
#pragma once

#include <ovlsim/cli.hpp>

constexpr void hash_by_upper(ovlsim::kernel& k) {
  using namespace ovlsim;
  k.inode_key = {"by-upper-if-any", [](const inode_key_question& q) {
                   return q.upper && !q.is_dir && !q.opts.index ? inode_key_answer::by_upper : linux_6_18.inode_key(q);
                 }};
  k.copied_up_key = {"by-upper-without-index", [](const copied_up_key_question& q) {
                       return q.opts.index ? copied_up_key_answer::by_lower : copied_up_key_answer::by_upper;
                     }};
  k.verify_inode = {"same-upper", [](const verify_question& q) {
                      if (q.is_dir || !q.upper) return linux_6_18.verify_inode(q);
                      return q.same_upper ? verify_answer::same : verify_answer::stale;
                    }};
  k.const_ino = {"with-lower", [](const const_ino_question& q) { return q.lower ? const_ino_answer::yes : const_ino_answer::no; }};
}

inline constexpr ovlsim::policy upper_key{
    "upper-key", "inode_key copied_up_key verify_inode const_ino", hash_by_upper,
    "with index=off a file that has an upper is hashed by that, and its origin is good for st_ino alone", "ovlsim's own"};
