// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/coverage.hpp"

#include <gtest/gtest.h>

#include "ovlsim/run.hpp"

namespace ovlsim {
namespace {

TEST(reference, coverage) {
  //! [coverage]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f -> data=other\n", "story.ovl");
  decision_coverage seen;
  run_on_model(story.value, linux_6_18, &seen);
  EXPECT_GT(seen.seen(), 0U);
  EXPECT_LT(seen.seen(), seen.total());  // this story does not even mount anything
  //! [coverage]
}

}  // namespace
}  // namespace ovlsim
