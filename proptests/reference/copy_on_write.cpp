// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/copy_on_write.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ovlsim {
namespace {

TEST(reference, copy_on_write) {
  //! [copy_on_write]
  copy_on_write<std::string> a(std::string("one"));
  const copy_on_write<std::string> b = a;  // no copy yet
  a.change() += " more";                   // now
  EXPECT_EQ(*a, "one more");
  EXPECT_EQ(*b, "one");
  //! [copy_on_write]
}

}  // namespace
}  // namespace ovlsim
