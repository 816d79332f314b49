// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/distinguish.hpp"

#include <gtest/gtest.h>

#include "ovlsim/policy.hpp"

namespace ovlsim {
namespace {

TEST(reference, distinguish) {
  //! [distinguish]
  parsed_scope squashfs = parse_scope(*shipped_scope_named("squashfs"), "squashfs.ovl");
  with_mount_option(squashfs.value, "xino=on");
  const policy_result nofollow = with_policies(linux_6_18, "nofollow");
  const distinction found = distinguish(squashfs.value, linux_6_18, *nofollow.value);
  ASSERT_TRUE(found.found);
  EXPECT_EQ(found.found->moves.size(), 4U);
  EXPECT_EQ(found.found->what, "ino");
  //! [distinguish]
}

}  // namespace
}  // namespace ovlsim
