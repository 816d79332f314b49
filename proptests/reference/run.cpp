// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/run.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, run) {
  //! [run]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f -> data=other\n", "story.ovl");
  const std::vector<answered> answers = run_on_model(story.value, linux_6_18);
  const std::vector<failed_expectation> failed = check_expectations(story.value, answers);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].line, 3);
  EXPECT_EQ(failed[0].expected + ", " + failed[0].got, "data=other, data=data");
  //! [run]
}

}  // namespace
}  // namespace ovlsim
