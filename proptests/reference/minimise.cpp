// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/minimise.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, minimise) {
  //! [minimise]
  const parsed_scenario long_story = parse_scenario(
      "mkfs a tmpfs\nmkfs b tmpfs\ncreate b:/x\nmkdir a:/d\ncreate a:/d/f \"data\"\nunlink b:/x\nread a:/d/f -> data=other\n", "long.ovl");
  const auto run = [](const scenario& s) { return run_on_model(s, linux_6_18); };
  const std::optional<minimised> small = minimise(long_story.value, run);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->value.lines.size(), 3U);
  EXPECT_EQ(small->failed.expected, "data=other");
  //! [minimise]
}

}  // namespace
}  // namespace ovlsim
