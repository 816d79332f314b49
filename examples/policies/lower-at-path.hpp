// SPDX-License-Identifier: Apache-2.0
//
// lower-at-path: on top of upper-key, the number of a copied-up file is that of the lower which it covers: the one under its name, or, once
// it has been renamed or linked, where a redirect says, as metacopies have it. The stored handle is not read.
#pragma once

#include "upper-key.hpp"

inline constexpr ovlsim::policy lower_at_path{
    "lower-at-path", "inode_key copied_up_key verify_inode const_ino origin_lookup moved_file",
    [](ovlsim::kernel& k) {
      using namespace ovlsim;
      hash_by_upper(k);
      k.origin_lookup = {"lower-at-its-path", [](const origin_lookup_question& q) {
                           return q.opts.index ? linux_6_18.origin_lookup(q) : origin_lookup_answer::at_path;
                         }};
      k.moved_file = {"moved-files-redirect", [](const moved_file_question&) { return moved_file_answer::redirects; }};
    },
    "as upper-key; with index=off the lower of a copied-up file is what its path leads to, which a redirect keeps when it is moved",
    "ovlsim's own"};
