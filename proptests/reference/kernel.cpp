// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/kernel.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, kernel) {
  //! [kernel]
  // A kernel is a table of rules; one of your own is a copy with another rule in it.
  kernel k = linux_6_18;
  k.follow_origin = {"never", [](const follow_question&) { return follow_answer::skip; }};
  EXPECT_EQ(k.follow_origin({.same_uuid = true}), follow_answer::skip);
  EXPECT_EQ(k.verify_inode.name, linux_6_18.verify_inode.name);

  // Older ones by their names.
  const kernel* old = kernel_named("5.5");
  ASSERT_NE(old, nullptr);
  EXPECT_NE(old->whiteout_inode.name, linux_6_18.whiteout_inode.name);
  EXPECT_EQ(kernel_named("2.4"), nullptr);
  //! [kernel]
}

}  // namespace
}  // namespace ovlsim
