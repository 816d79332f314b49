// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/export.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, export) {
  //! [export]
  const parsed_scenario story = parse_scenario("mkfs t tmpfs\ncreate t:/f \"data\"\nread t:/f -> data=other\n", "story.ovl");
  const exported_script script = export_script(story.value);
  EXPECT_TRUE(script.errors.empty());
  EXPECT_EQ(script.text.substr(0, 10), "#!/bin/sh\n");

  // What no tool can do is an error with its place.
  const parsed_scenario handles = parse_scenario("mkfs t tmpfs\ncreate t:/f\nfh t:/f h\n", "handles.ovl");
  EXPECT_EQ(export_script(handles.value).errors.at(0).line, 3);
  //! [export]
}

}  // namespace
}  // namespace ovlsim
