// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/table.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, table) {
  //! [table]
  struct row {
    int number;
    char letter;
    int key() const { return number; }
  };
  table<row, 4> rows;
  rows.insert({7, 'g'});
  rows.insert({1, 'a'});
  EXPECT_EQ(rows.begin()->letter, 'a');  // sorted by key()
  EXPECT_EQ(rows.find(7)->letter, 'g');
  EXPECT_TRUE(rows.erase(7));
  EXPECT_EQ(rows.find(7), nullptr);
  //! [table]
}

}  // namespace
}  // namespace ovlsim
