// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/policy.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, policy) {
  //! [policy]
  const policy_result k = with_policies(linux_6_18, "nofollow+detect");
  ASSERT_TRUE(k.value) << k.error;
  EXPECT_NE(k.value->origin_lookup.name, linux_6_18.origin_lookup.name);

  // Two that decide one thing differently do not go together.
  EXPECT_NE(with_policies(linux_6_18, "nofollow+xino-gated").error, "");
  //! [policy]
}

}  // namespace
}  // namespace ovlsim
