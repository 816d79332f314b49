// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/cli.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ovlsim {
namespace {

TEST(reference, cli) {
  ::testing::internal::CaptureStdout();
  //! [cli]
  static constexpr policy mine{"mine", "follow_origin",
                               [](kernel& k) { k.follow_origin = {"never", [](const follow_question&) { return follow_answer::skip; }}; },
                               "no origin is followed", "me"};
  char program[] = "ovlsim";
  char command[] = "policies";
  char* argv[] = {program, command, nullptr};
  EXPECT_EQ(cli_main(2, argv, {&mine, 1}), 0);  // lists `mine`, too
  //! [cli]
  EXPECT_NE(::testing::internal::GetCapturedStdout().find("mine (follow_origin)"), std::string::npos);
}

}  // namespace
}  // namespace ovlsim
