// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/compare.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, compare) {
  //! [compare]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f -> data=other\n", "story.ovl");
  const std::vector<answered> left = run_on_model(story.value, linux_6_18);
  std::vector<answered> right = left;  // of a live kernel, say
  EXPECT_TRUE(compare_runs(left, right).empty());

  right[2].result = {errc::eio, {}, {}, {}};
  const std::vector<difference> found = compare_runs(left, right);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].line, 3);
  EXPECT_EQ(found[0].what + ": " + found[0].left + ", " + found[0].right, "status: ok, EIO");
  //! [compare]
}

}  // namespace
}  // namespace ovlsim
