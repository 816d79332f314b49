// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/shrink.hpp"

#include <gtest/gtest.h>

#include "ovlsim/run.hpp"

namespace ovlsim {
namespace {

TEST(reference, shrink) {
  //! [shrink]
  const parsed_scenario story = parse_scenario(
      "mkfs a tmpfs\nmkfs b xfs\nmkdir a:/d\ncreate b:/x\ncreate a:/d/f \"data\"\nread a:/d/f\n", "story.ovl");
  // What is to stay: some command reads data.
  const auto reads = [](const scenario& s) {
    for (const answered& a : run_on_model(s, linux_6_18))
      if (std::holds_alternative<answer::data>(a.result.fields) && !std::get<answer::data>(a.result.fields).bytes.empty()) return true;
    return false;
  };
  EXPECT_EQ(shrink(story.value, reads).lines.size(), 3U);
  //! [shrink]
}

}  // namespace
}  // namespace ovlsim
