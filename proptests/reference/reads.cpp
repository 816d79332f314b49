// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/reads.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "ovlsim/apply.hpp"
#include "ovlsim/canonical.hpp"
#include "ovlsim/policy.hpp"

namespace ovlsim {
namespace {

TEST(reference, reads) {
  //! [reads]
  world w;
  apply(w, cmd::mkfs{"disk", fs_type::tmpfs}, linux_6_18);
  apply(w, cmd::mkdir{{"disk", "/dir"}}, linux_6_18);
  canonicalise(w);  // tables have owners then: 1 is the first filesystem
  read_log log;
  {
    const noting_reads noting(&log);
    apply(w, cmd::stat{{"disk", "/dir"}}, linux_6_18);
  }
  const backing::filesystem& disk = *w.filesystems[0];
  const auto dir = disk.entries.begin()->ino;
  const auto was_read = [&](const piece& p) { return std::find(log.pieces().begin(), log.pieces().end(), p) != log.pieces().end(); };
  EXPECT_TRUE(was_read({.what = piece::kind::entry, .owner = 1, .name = *w.names.find("dir"), .ino = disk.root}));
  EXPECT_TRUE(was_read({.what = piece::kind::inode, .owner = 1, .ino = dir}));
  EXPECT_FALSE(was_read({.what = piece::kind::listing, .owner = 1, .ino = dir}));  // nobody has listed it
  //! [reads]
}

}  // namespace
}  // namespace ovlsim
