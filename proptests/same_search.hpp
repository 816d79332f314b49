// SPDX-License-Identifier: Apache-2.0
//
// Two searches that say the same. What each holds in memory is another matter.
#pragma once

#include <gtest/gtest.h>

#include "ovlsim/explore.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::testing {

inline void expect_the_same(const exploration& a, const exploration& b) {
  EXPECT_EQ(a.end, b.end);
  EXPECT_EQ(a.parts, b.parts);
  EXPECT_EQ(a.effects, b.effects);
  EXPECT_EQ(a.reached.states, b.reached.states);
  EXPECT_EQ(a.reached.transitions, b.reached.transitions);
  EXPECT_EQ(a.reached.depth, b.reached.depth);
  ASSERT_EQ(a.verdicts.size(), b.verdicts.size());
  for (std::size_t n = 0; n < a.verdicts.size(); ++n) {
    SCOPED_TRACE(std::string(a.verdicts[n].property));
    EXPECT_EQ(to_string(a.verdicts[n]), to_string(b.verdicts[n]));
    EXPECT_EQ(a.verdicts[n].happened, b.verdicts[n].happened);
    ASSERT_EQ(a.verdicts[n].broken.has_value(), b.verdicts[n].broken.has_value());
    EXPECT_EQ(a.verdicts[n].reached.states, b.verdicts[n].reached.states);
    EXPECT_EQ(a.verdicts[n].reached.transitions, b.verdicts[n].reached.transitions);
    EXPECT_EQ(a.verdicts[n].reached.depth, b.verdicts[n].reached.depth);
    if (!a.verdicts[n].broken) continue;
    EXPECT_EQ(a.verdicts[n].broken->moves, b.verdicts[n].broken->moves);
    EXPECT_EQ(a.verdicts[n].broken->why, b.verdicts[n].broken->why);
    EXPECT_EQ(print(a.verdicts[n].broken->story), print(b.verdicts[n].broken->story));
  }
}

}  // namespace ovlsim::testing
