// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/draw.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ovlsim {
namespace {

TEST(reference, draw) {
  //! [draw]
  const parsed_scenario story = parse_scenario(
      "mkfs low ext4\ncreate low:/A \"a\"\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nappend m:/A \"!\"\numount m\nunlink low:/A\n",
      "story.ovl");
  const std::vector<scene> pictures = draw(story.value, linux_6_18);
  ASSERT_EQ(pictures.size(), 9U);
  // The origin of the copy leads to A, and nowhere once A is removed.
  const auto dangles = [](const scene_arrow& a) { return a.what == scene_arrow::kind::dangling; };
  EXPECT_TRUE(std::none_of(pictures[6].arrows.begin(), pictures[6].arrows.end(), dangles));
  EXPECT_TRUE(std::any_of(pictures[8].arrows.begin(), pictures[8].arrows.end(), dangles));
  EXPECT_TRUE(to_svg(pictures[8]).ends_with("</svg>\n"));
  EXPECT_TRUE(to_dot(pictures[8]).starts_with("digraph"));
  //! [draw]
}

}  // namespace
}  // namespace ovlsim
