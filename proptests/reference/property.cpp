// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/property.hpp"

#include <gtest/gtest.h>

#include "ovlsim/explore.hpp"

namespace ovlsim {
namespace {

TEST(reference, property) {
  //! [property]
  constexpr property nothing_is_removed{"nothing-is-removed", "no command removes a name", remembers::nothing, [](const step& s) {
                                          if (!std::holds_alternative<cmd::unlink>(s.what)) return finding{};
                                          return finding::of(s.answer.status != errc::ok);
                                        }};
  const parsed_scope scope = parse_scope("mkfs t tmpfs\nmoves\ncreate t:/f\nunlink t:/f\n", "scope.ovl");
  const exploration all = explore(scope.value, linux_6_18, {&nothing_is_removed, 1});
  EXPECT_EQ(to_string(all.verdicts[0]), "violated after 2 moves");
  //! [property]
}

}  // namespace
}  // namespace ovlsim
