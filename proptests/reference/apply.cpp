// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/apply.hpp"

#include <gtest/gtest.h>

#include "ovlsim/render.hpp"

namespace ovlsim {
namespace {

TEST(reference, apply) {
  //! [apply]
  world w;
  apply(w, cmd::mkfs{"low", fs_type::ext4, {}}, linux_6_18);
  apply(w, cmd::create{{"low", "/f"}, "data"}, linux_6_18);
  EXPECT_EQ(to_text(apply(w, cmd::read{{"low", "/f"}}, linux_6_18)), "ok  data=\"data\"");

  // A world is a value: a copy of it is a point in time to go back to.
  const world before = w;
  apply(w, cmd::unlink{{"low", "/f"}}, linux_6_18);
  EXPECT_EQ(apply(w, cmd::read{{"low", "/f"}}, linux_6_18).status, errc::enoent);
  w = before;
  EXPECT_EQ(apply(w, cmd::read{{"low", "/f"}}, linux_6_18).status, errc::ok);
  //! [apply]
}

}  // namespace
}  // namespace ovlsim
