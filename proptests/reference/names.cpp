// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/names.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, names) {
  //! [names]
  name_table names;
  const name_id a = names.intern("a");
  EXPECT_EQ(names.intern("a"), a);
  EXPECT_EQ(names.find("b"), std::nullopt);
  EXPECT_EQ(names.text(a), "a");
  //! [names]
}

}  // namespace
}  // namespace ovlsim
