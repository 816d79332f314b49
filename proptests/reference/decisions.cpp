// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/decisions.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, decisions) {
  //! [decisions]
  // What is asked, and where: a table of all decisions.
  for (const decision_info& d : decisions()) {
    if (d.name == "verify_inode") { EXPECT_EQ(d.where, "ovl_verify_inode"); }
  }
  // A decision as it was taken, as an observer is told of it.
  const decision taken = asked<verify_question, verify_answer>{{.lower = true, .inode_lower = true}, verify_answer::stale};
  EXPECT_EQ(decisions()[taken.index()].name, "verify_inode");
  EXPECT_EQ(decisions()[taken.index()].answers[answer_index(taken)], "stale");
  //! [decisions]
}

}  // namespace
}  // namespace ovlsim
