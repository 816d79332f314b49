// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/observer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ovlsim/apply.hpp"

namespace ovlsim {
namespace {

TEST(reference, observer) {
  //! [observer]
  struct listener : observer {
    std::vector<std::string> heard;
    void decided(std::string_view rule, const decision& what) override {
      heard.push_back(std::string(decisions()[what.index()].name) + ": " + std::string(rule));
    }
  };
  world w;
  listener l;
  apply(w, cmd::mkfs{"t", fs_type::tmpfs, {}}, linux_6_18, &l);
  ASSERT_FALSE(l.heard.empty());
  EXPECT_EQ(l.heard[0], "filesystem: all-filesystems");
  //! [observer]
}

}  // namespace
}  // namespace ovlsim
