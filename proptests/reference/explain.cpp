// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/explain.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace ovlsim {
namespace {

TEST(reference, explain) {
  //! [explain]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f -> data=other\n", "story.ovl");
  const explanation why = explain(story.value, linux_6_18);
  ASSERT_EQ(why.findings.size(), 1U);
  EXPECT_EQ(why.steps[why.findings[0].step].line, 3);
  std::fputs(to_text(why, {.verbose = true}).c_str(), stderr);

  // A line of the kernel log, as dmesg shows it.
  const std::optional<log_entry> entry = log_entry_for("[ 12.3] overlayfs: failed to get inode (-116)");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->name, "failed-to-get-inode");
  //! [explain]
}

}  // namespace
}  // namespace ovlsim
