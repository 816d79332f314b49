// SPDX-License-Identifier: Apache-2.0
//
// Rules about the UUIDs of lower filesystems: when the handles of one are not to be trusted, what a mount gives up
// then and what it says about it.
#include <gtest/gtest.h>

#include "ovlsim/kernel.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(LowerUuid, NothingIsDecodedWithoutUpperAndExport) {  // ovl_lower_uuid_ok(): "!nfs_export && !ovl_upper_mnt()"
  for (const bits b : combinations(2)) {
    uuid_question q;
    q.null_uuid = b[0];
    q.same_as_earlier_lower = b[1];
    EXPECT_EQ(linux_6_18.lower_uuid(q), uuid_answer::ok) << b.number();
  }
}

TEST(LowerUuid, NullNeedsAnOptIn) {  // ovl_lower_uuid_ok(), ovl_allow_offline_changes()
  uuid_question q;
  q.has_upper = true;
  q.null_uuid = true;
  EXPECT_EQ(linux_6_18.lower_uuid(q), uuid_answer::bad);
  for (int opt_in = 0; opt_in < 4; ++opt_in) {
    uuid_question with = q;
    with.opts.index = opt_in == 0;
    with.opts.metacopy = opt_in == 1;
    if (opt_in == 2) with.opts.redirect = redirect_option::on;
    if (opt_in == 3) with.opts.xino = xino_option::on;
    EXPECT_EQ(linux_6_18.lower_uuid(with), uuid_answer::ok) << opt_in;
  }
  for (const redirect_option mode : {redirect_option::off, redirect_option::nofollow, redirect_option::follow}) {
    uuid_question with = q;
    with.opts.redirect = mode;
    with.opts.xino = xino_option::autom;
    EXPECT_EQ(linux_6_18.lower_uuid(with), uuid_answer::bad) << name(mode);
  }
}

TEST(LowerUuid, TheSameTwiceIsBadWhateverIsOptedIn) {  // ovl_lower_uuid_ok(): the loop over ofs->fs
  for (const bits b : combinations(5)) {
    uuid_question q;
    q.has_upper = true;
    q.same_as_earlier_lower = true;
    q.null_uuid = b[0];
    q.opts.index = b[1];
    q.opts.metacopy = b[2];
    if (b[3]) q.opts.redirect = redirect_option::on;
    if (b[4]) q.opts.xino = xino_option::on;
    EXPECT_EQ(linux_6_18.lower_uuid(q), uuid_answer::bad) << b.number();
  }
}

TEST(LowerUuid, NotNullAndUniqueIsOkWithoutAnyOptIn) {  // ovl_lower_uuid_ok()
  uuid_question q;
  q.has_upper = true;
  EXPECT_EQ(linux_6_18.lower_uuid(q), uuid_answer::ok);
}

TEST(LowerUuid, NullTurnsXinoAutoOffAndSaysSo) {  // ovl_get_fsid()
  run_story(R"ovl(mkfs b tmpfs
create b:/f
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=auto -> ok log~"null uuid" log~"to xino=off"
stat m:/f                     -> ino=1
)ovl");
}

TEST(LowerUuid, NullIsSilentWhereNothingIsGivenUp) {  // ovl_get_fsid(): warns only if an option changed
  run_story(R"ovl(mkfs b tmpfs
create b:/f
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok log=none
)ovl");
}

TEST(LowerUuid, ClonesMountedTogetherAreBothNotFollowed) {  // ovl_lower_uuid_ok(): bad_uuid of the earlier one too
  run_story(R"ovl(mkfs one ext4
create one:/f "v"
clone two one
create two:/g "w"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=one:/,two:/ upperdir=up:/u workdir=up:/w -> ok
stat m:/f                     -> ino=$f
stat m:/g                     -> ino=$g
touch m:/f
touch m:/g
stat m:/f                     -> ino=$f
drop-caches
stat m:/f                     -> ino!=$f
stat m:/g                     -> ino!=$g
)ovl");
}

TEST(LowerUuid, ClonesTurnXinoAutoOffAndSayConflicting) {  // ovl_get_fsid()
  run_story(R"ovl(mkfs one ext4
create one:/f "v"
clone two one
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=one:/,two:/ upperdir=up:/u workdir=up:/w xino=auto -> ok log~"conflicting uuid" log~"to xino=off"
)ovl");
}

TEST(LowerUuid, TwoNullUuidsAreBothNotFollowedEvenWithXinoOn) {  // ovl_lower_uuid_ok(): null equals null
  run_story(R"ovl(mkfs b tmpfs
create b:/f
mksquashfs one b:/
rename b:/f b:/g
mksquashfs two b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=one:/,two:/ upperdir=up:/u workdir=up:/w xino=on -> ok
stat m:/f                     -> ino=$f
stat m:/g                     -> ino=$g
touch m:/f
touch m:/g
drop-caches
stat m:/f                     -> ino!=$f
stat m:/g                     -> ino!=$g
)ovl");
}

// ovl_lower_uuid_ok(): the upper's entry counts only if it is a lower too
TEST(LowerUuid, CloneOfTheUpperIsNoConflict) {
  run_story(R"ovl(mkfs low ext4
create low:/f "v"
mkdir low:/u
mkdir low:/w
clone up low
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok
stat m:/f                     -> ino=$f dev=$d
touch m:/f
drop-caches
stat m:/f                     -> ino=$f dev=$d
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
