// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/scope.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, scope) {
  //! [scope]
  parsed_scope mine = parse_scope(
      "mkfs t tmpfs\nmkdir t:/l\nmkdir t:/u\nmkdir t:/w\nmount m lowerdir=t:/l upperdir=t:/u workdir=t:/w\n"
      "moves\ncreate m:/f\nunlink m:/f\nmove remount\n  umount m\n  mount m lowerdir=t:/l upperdir=t:/u workdir=t:/w\nend\n",
      "mine.ovl");
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine.value.moves.size(), 3U);
  EXPECT_EQ(mine.value.moves[2].name, "remount");
  EXPECT_EQ(with_mount_option(mine.value, "index=on"), "");
  //! [scope]
}

}  // namespace
}  // namespace ovlsim
