// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/scenario.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, scenario) {
  //! [scenario]
  const parsed_scenario good = parse_scenario("mkfs t tmpfs\nstat   t:/   ->   ok", "good.ovl");
  ASSERT_TRUE(good);
  EXPECT_EQ(print(good.value), "mkfs t tmpfs\nstat t:/ -> ok\n");

  const parsed_scenario bad = parse_scenario("mkfs t tmpfs\nstta t:/\n", "bad.ovl");
  ASSERT_EQ(bad.errors.size(), 1U);
  EXPECT_EQ(bad.errors[0].line, 2);
  EXPECT_EQ(bad.errors[0].message, "unknown verb `stta`");
  //! [scenario]
}

}  // namespace
}  // namespace ovlsim
