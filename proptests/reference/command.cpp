// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/command.hpp"

#include <gtest/gtest.h>

#include "ovlsim/scenario.hpp"

namespace ovlsim {
namespace {

TEST(reference, command) {
  //! [command]
  const command what = cmd::rename{{"m", "/A"}, {"m", "/B"}};
  EXPECT_EQ(verb(what), "rename");
  EXPECT_EQ(print(what), "rename m:/A m:/B");

  // Mount options that are not named are not given, which is something else than off.
  mount_options options;
  options.lower = {{"low", "/"}};
  options.xino = xino_option::on;
  EXPECT_EQ(print(cmd::mount{"m", options}), "mount m lowerdir=low:/ xino=on");
  //! [command]
}

}  // namespace
}  // namespace ovlsim
