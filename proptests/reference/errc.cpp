// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/errc.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, errc) {
  //! [errc]
  EXPECT_EQ(name(errc::estale), "ESTALE");
  EXPECT_EQ(errc_named("ESTALE"), errc::estale);
  EXPECT_EQ(static_cast<int>(errc::estale), 116);  // as in `failed to get inode (-116)`
  //! [errc]
}

}  // namespace
}  // namespace ovlsim
