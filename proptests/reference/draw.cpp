// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/draw.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, draw) {
  //! [draw]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f -> data=other\n", "story.ovl");
  const std::vector<scene> scenes = draw(story.value, linux_6_18);  // the world after each command
  ASSERT_EQ(scenes.size(), 3U);
  EXPECT_EQ(scenes[1].title, "create t:/f \"data\"");
  EXPECT_EQ(to_svg(scenes[1]).substr(0, 5), "<?xml");
  EXPECT_EQ(to_dot(scenes[1]).substr(0, 7), "digraph");
  //! [draw]
}

}  // namespace
}  // namespace ovlsim
