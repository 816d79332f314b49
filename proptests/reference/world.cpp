// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/world.hpp"

#include <gtest/gtest.h>

#include "ovlsim/apply.hpp"

namespace ovlsim {
namespace {

TEST(reference, world) {
  //! [world]
  world w;
  apply(w, cmd::mkfs{"t", fs_type::tmpfs, {}}, linux_6_18);
  apply(w, cmd::create{{"t", "/f"}}, linux_6_18);
  ASSERT_EQ(w.filesystems.size(), 1U);
  EXPECT_TRUE(w.overlays.empty());

  // Equal worlds answer alike for ever; a copy is one, and shares what neither has changed.
  world copy = w;
  EXPECT_EQ(copy, w);
  apply(copy, cmd::chmod{{"t", "/f"}, 0600}, linux_6_18);
  EXPECT_NE(copy, w);
  //! [world]
}

}  // namespace
}  // namespace ovlsim
