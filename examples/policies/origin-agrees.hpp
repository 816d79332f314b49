// SPDX-License-Identifier: Apache-2.0
//
// origin-agrees: on top of upper-key, the number of a copied-up file is that of the lower with its name, if its stored origin means that very
// file, and as long as the copy has one name. No handle is decoded, no UUID trusted: the stored bytes are compared.
#pragma once

#include "upper-key.hpp"

inline constexpr ovlsim::policy origin_agrees{
    "origin-agrees", "inode_key copied_up_key verify_inode const_ino origin_lookup",
    [](ovlsim::kernel& k) {
      using namespace ovlsim;
      hash_by_upper(k);
      k.origin_lookup = {"agrees-with-the-path", [](const origin_lookup_question& q) {
                           if (q.opts.index) return linux_6_18.origin_lookup(q);
                           return q.upper_nlink == 1 ? origin_lookup_answer::agrees : origin_lookup_answer::ignore;
                         }};
    },
    "as upper-key; with index=off an origin counts if the lower layers have what it means under the file's own name", "ovlsim's own"};
