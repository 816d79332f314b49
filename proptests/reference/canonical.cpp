// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/canonical.hpp"

#include <gtest/gtest.h>

#include "ovlsim/apply.hpp"

namespace ovlsim {
namespace {

TEST(reference, canonical) {
  //! [canonical]
  world once;
  world again;
  for (world* w : {&once, &again}) {
    apply(*w, cmd::mkfs{"t", fs_type::tmpfs, {}}, linux_6_18);
    apply(*w, cmd::create{{"t", "/f"}}, linux_6_18);
  }
  // Removed and made anew, the file has another inode number and another generation: which no story can tell from the first ones.
  apply(again, cmd::unlink{{"t", "/f"}}, linux_6_18);
  apply(again, cmd::create{{"t", "/f"}}, linux_6_18);
  EXPECT_NE(once, again);
  canonicalise(once);
  canonicalise(again);
  EXPECT_EQ(once, again);
  //! [canonical]
}

}  // namespace
}  // namespace ovlsim
