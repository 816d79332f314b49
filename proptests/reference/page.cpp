// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/page.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, page) {
  //! [page]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f -> data=other\n", "story.ovl");
  const page_rules rules[] = {{"6.18", linux_6_18}};
  EXPECT_EQ(to_page({&story.value, 1}, rules).substr(0, 15), "<!DOCTYPE html>");

  const lesson lessons[] = {{"01-files", story.value, "# Files\n\nA file.\n\n## Question\n\nWhat?\n\n## Answer\n\nThat.\n"}};
  const site made = course_site(lessons, rules[0], "# A course\n");
  EXPECT_TRUE(made.errors.empty());
  ASSERT_EQ(made.files.size(), 2U);
  EXPECT_EQ(made.files[0].name, "index.html");
  //! [page]
}

}  // namespace
}  // namespace ovlsim
