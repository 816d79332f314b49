// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/outcome.hpp"

#include <gtest/gtest.h>

#include "ovlsim/apply.hpp"

namespace ovlsim {
namespace {

TEST(reference, outcome) {
  //! [outcome]
  world w;
  apply(w, cmd::mkfs{"t", fs_type::tmpfs, {}}, linux_6_18);
  apply(w, cmd::create{{"t", "/f"}, "data"}, linux_6_18);
  const outcome answer = apply(w, cmd::stat{{"t", "/f"}}, linux_6_18);
  ASSERT_EQ(answer.status, errc::ok);
  const auto& st = std::get<answer::stat>(answer.fields);
  EXPECT_EQ(st.type, file_type::file);
  EXPECT_EQ(st.size, 4U);
  EXPECT_TRUE(answer.log.empty());
  //! [outcome]
}

}  // namespace
}  // namespace ovlsim
