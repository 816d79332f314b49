// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/live.hpp"

#include <gtest/gtest.h>

#include "ovlsim/compare.hpp"

namespace ovlsim {
namespace {

TEST(live_reference, live) {
  //! [live]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f\n", "story.ovl");
  if (const std::string why = live::missing(&story.value); !why.empty()) GTEST_SKIP() << why;  // not root, no overlayfs...

  live::session here;
  const live::result ran = here.run(story.value);
  EXPECT_EQ(ran.error, "");
  EXPECT_TRUE(compare_runs(run_on_model(story.value, linux_6_18), ran.answers).empty());
  //! [live]
}

}  // namespace
}  // namespace ovlsim
