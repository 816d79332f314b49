// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/matrix.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, matrix) {
  //! [matrix]
  const parsed_scope squashfs = parse_scope(*shipped_scope_named("squashfs"), "squashfs.ovl");
  const matrix_row rows[] = {{"6.18", linux_6_18}, {"5.5", *kernel_named("5.5")}};
  const matrix_case cases[] = {{"default", squashfs.value}};
  const property asked[] = {*property_named("no-estale")};
  for (const matrix_cell& cell : explore_all(rows, cases, asked, {.threads = 2})) {
    // 5.5 follows the origins of a filesystem without a UUID.
    EXPECT_EQ(cell.found->verdicts[0].broken.has_value(), rows[cell.row].name == "5.5");
  }
  //! [matrix]
}

}  // namespace
}  // namespace ovlsim
