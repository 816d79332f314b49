// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/render.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, render) {
  //! [render]
  const answered one{12, "read", {errc::ok, answer::data{"data"}, {}, {}}};
  EXPECT_EQ(to_json(one), R"({"line":12,"verb":"read","status":"ok","data":"data","log":[]})");
  EXPECT_EQ(to_text(one.result), "ok  data=\"data\"");
  EXPECT_EQ(field(one.result, "data"), "data");
  EXPECT_EQ(field(one.result, "ino"), std::nullopt);

  std::string error;
  EXPECT_EQ(answered_from_json(to_json(one), error), one);
  EXPECT_EQ(error, "");
  //! [render]
}

}  // namespace
}  // namespace ovlsim
