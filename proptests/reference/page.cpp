// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/page.hpp"

#include <gtest/gtest.h>

#include "ovlsim/policy.hpp"

namespace ovlsim {
namespace {

TEST(reference, page) {
  //! [page]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f -> data=data\n", "story.ovl");
  const page_rules both[] = {{"6.18", linux_6_18}, {"nofollow", *with_policies(linux_6_18, "nofollow").value}};
  EXPECT_TRUE(to_page({&story.value, 1}, both).starts_with("<!DOCTYPE html>"));

  // A course of one lesson: its page, and an index.
  const lesson first{"01-data", story.value, "# Data\n\nA file has data.\n\n## Question\n\nWhich?\n\n## Answer\n\nThese.\n"};
  const site made = course_site({&first, 1}, both[0], "# A short course\n");
  EXPECT_TRUE(made.errors.empty());
  ASSERT_EQ(made.files.size(), 2U);
  EXPECT_EQ(made.files[1].name, "01-data.html");
  //! [page]
}

}  // namespace
}  // namespace ovlsim
