// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/explore.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "ovlsim/scope.hpp"

namespace ovlsim {
namespace {

TEST(reference, explore) {
  //! [explore]
  parsed_scope squashfs = parse_scope(*shipped_scope_named("squashfs"), "squashfs.ovl");
  const property asked[] = {*property_named("no-estale")};
  EXPECT_EQ(to_string(explore(squashfs.value, linux_6_18, asked).verdicts[0]), "holds (closed, 1572 states)");

  with_mount_option(squashfs.value, "xino=on");
  const exploration opted_in = explore(squashfs.value, linux_6_18, asked);
  EXPECT_EQ(to_string(opted_in.verdicts[0]), "violated after 5 moves");
  std::fputs(print(opted_in.verdicts[0].broken->story).c_str(), stderr);  // a scenario like any other
  //! [explore]
}

}  // namespace
}  // namespace ovlsim
