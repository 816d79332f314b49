// SPDX-License-Identifier: Apache-2.0
//
// Rules of stat: from which layer an object's st_ino and st_dev come in each xino mode, how many bits the mode takes,
// and what st_nlink of a merged directory is.
#include <gtest/gtest.h>

#include "ovlsim/kernel.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(XinoBits, OneFilesystemNeedsNoneWhateverIsAsked) {  // ovl_get_layers(): "ofs->numfs - !ovl_upper_mnt(ofs) == 1"
  for (const xino_option xino : {xino_option::off, xino_option::autom, xino_option::on}) {
    xino_bits_question q;
    q.opts.xino = xino;
    q.filesystems = 1;
    q.has_upper = true;
    EXPECT_EQ(linux_6_18.xino_bits(q), 0);
    q.filesystems = 2;
    q.has_upper = false;  // the upper's slot is counted all the same
    EXPECT_EQ(linux_6_18.xino_bits(q), 0);
  }
}

TEST(XinoBits, OffIsMinusOne) {  // ovl_get_layers(): "ofs->config.xino == OVL_XINO_OFF"
  xino_bits_question q;
  q.has_upper = true;
  for (q.filesystems = 2; q.filesystems < 9; ++q.filesystems) {
    q.all_ino32 = q.filesystems % 2 == 0;
    EXPECT_EQ(linux_6_18.xino_bits(q), -1);
  }
}

TEST(XinoBits, ThirtyTwoWhereEveryLayerHas32BitNumbers) {  // ovl_get_layers(): xino_mode stays BITS_PER_LONG - 32
  xino_bits_question q;
  q.has_upper = true;
  q.all_ino32 = true;
  q.opts.xino = xino_option::on;
  for (q.filesystems = 2; q.filesystems < 9; ++q.filesystems) EXPECT_EQ(linux_6_18.xino_bits(q), 32);
}

TEST(XinoBits, ElseAsManyAsTheFilesystemsNeedAndOneMore) {  // ovl_get_layers(): "ilog2(ofs->numfs - 1) + 2"
  xino_bits_question q;
  q.has_upper = true;
  q.opts.xino = xino_option::on;
  const int expected[] = {2, 3, 3, 4, 4, 4, 4, 5};  // of 2, 3, 4... filesystems
  q.filesystems = 2;
  for (const int bits_needed : expected) {
    EXPECT_EQ(linux_6_18.xino_bits(q), bits_needed) << q.filesystems;
    ++q.filesystems;
  }
}

// ovl_get_nlink(): "if (!lowerdentry || !upperdentry || d_inode(lowerdentry)->i_nlink == 1)"
TEST(Nlink, OfALowerWithOneNameIsReal) {
  EXPECT_EQ(linux_6_18.nlink({true, 1}), nlink_answer::real);
  EXPECT_EQ(linux_6_18.nlink({false, 1}), nlink_answer::real);
  EXPECT_EQ(linux_6_18.nlink({true, 2}), nlink_answer::from_xattr);
}

TEST(XinoMapping, ThirtyTwoBitsPutTheLayerAtBit33) {  // ovl_map_dev_ino(): "fsid << (xinoshift + 1)"
  run_story(R"ovl(mkfs b tmpfs
create b:/A
mkdir b:/D
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on -> ok log~"feature enabled using 32 upper inode bits."
stat m:/                      -> dev=$ov
stat m:/A                     -> ino=8589934593 dev=$ov
stat m:/D                     -> ino=8589934594 dev=$ov
create m:/new
stat up:/u/new                -> ino=$u
stat m:/new                   -> ino=$u dev=$ov
)ovl");
}

TEST(XinoMapping, TwoBitsPutTheFirstLowerAtBit63) {  // ovl_map_dev_ino(): btrfs leaves ilog2(1) + 2 bits
  run_story(R"ovl(mkfs b tmpfs
create b:/A
mksquashfs low b:/
mkfs up btrfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on -> ok log~"feature enabled using 2 upper inode bits."
stat m:/                      -> dev=$ov
stat m:/A                     -> ino=9223372036854775809 dev=$ov
)ovl");
}

TEST(XinoMapping, ThreeBitsNumberTheSecondLowerTwo) {  // ovl_map_dev_ino(): fsid 1 at bit 62, fsid 2 at bit 63
  run_story(R"ovl(mkfs b tmpfs
create b:/A
mksquashfs one b:/
rename b:/A b:/B
mksquashfs two b:/
mkfs up btrfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=one:/,two:/ upperdir=up:/u workdir=up:/w xino=on -> ok log~"feature enabled using 3 upper inode bits."
stat m:/A                     -> ino=4611686018427387905
stat m:/B                     -> ino=9223372036854775809
)ovl");
}

TEST(XinoMapping, AutoTakesThirtyTwoBitsOfExt4OverExt4) {  // ovl_get_layers(): auto, every layer INO32, no null uuid
  run_story(R"ovl(mkfs low ext4
create low:/f
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=auto -> ok log~"feature enabled using 32 upper inode bits."
stat m:/                      -> dev=$ov
stat m:/f                     -> dev=$ov
)ovl");
}

TEST(StatSameFs, EverythingIsOnTheOverlaysDevice) {  // ovl_map_dev_ino(): ovl_same_fs()
  run_story(R"ovl(mkfs all ext4
mkdir all:/l
mkdir all:/u
mkdir all:/w
create all:/l/f
mkdir all:/l/d
stat all:/l/f                 -> ino=$f
stat all:/l/d                 -> ino=$d
stat all:/u                   -> ino=$u
mount m lowerdir=all:/l upperdir=all:/u workdir=all:/w xino=on -> ok log~"is useless with all layers on same fs"
stat m:/                      -> ino=$u dev=$ov
stat m:/f                     -> ino=$f dev=$ov
stat m:/d                     -> ino=$d dev=$ov nlink=2
create m:/d/new
stat m:/d                     -> ino=$d dev=$ov nlink=1
stat all:/u/d/new             -> ino=$n
stat m:/d/new                 -> ino=$n dev=$ov
)ovl");
}

TEST(StatXinoOff, FilesAreOnTheLayersPseudoDevice) {  // ovl_map_dev_ino(): "ofs->fs[fsid].pseudo_dev"
  run_story(R"ovl(mkfs one ext4
create one:/f
link one:/f one:/g
mkfs two ext4
create two:/h
mkfs up ext4
mkdir up:/u
mkdir up:/w
stat one:/f                   -> ino=$f
mount m lowerdir=one:/,two:/ upperdir=up:/u workdir=up:/w
stat m:/                      -> dev=$ov
stat m:/f                     -> ino=$f dev=$p1 dev!=$ov nlink=2
stat m:/g                     -> ino=$f dev=$p1
stat one:/f                   -> dev!=$p1
stat m:/h                     -> dev!=$p1 dev!=$ov
create m:/new
stat up:/u/new                -> ino=$u
stat m:/new                   -> ino=$u dev=$p0 dev!=$p1 dev!=$ov
)ovl");
}

TEST(StatXinoOff, DirectoriesAreOnTheOverlaysWithNumbersThatDoNotLast) {  // ovl_map_dev_ino(), ovl_next_ino()
  run_story(R"ovl(mkfs low ext4
mkdir low:/d
mkdir low:/e
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/                      -> ino=2 dev=$ov
stat m:/d                     -> ino=3 dev=$ov
stat m:/e                     -> ino=4 dev=$ov
stat m:/d                     -> ino=3
create m:/d/new
stat m:/d                     -> ino=3 nlink=1
drop-caches
stat m:/e                     -> ino=5
)ovl");
}

TEST(StatCopiedUp, WhoseOriginIsNotFollowedIsTheUpper) {  // ovl_getattr(): no OVL_CONST_INO
  run_story(R"ovl(mkfs b tmpfs
create b:/A
mksquashfs low b:/ -no-exports
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
create m:/new
stat m:/new                   -> dev=$p0
stat m:/A                     -> ino=1 dev=$p1 dev!=$p0
touch m:/A
stat m:/A                     -> ino=1 dev=$p1
drop-caches
stat up:/u/A                  -> ino=$u
stat m:/A                     -> ino=$u dev=$p0
)ovl");
}

TEST(StatNlink, OfMergedDirectoriesIsOne) {  // ovl_getattr(): "if (is_dir && OVL_TYPE_MERGE(type)) stat->nlink = 1"
  run_story(R"ovl(mkfs low ext4
mkdir low:/1
mkdir low:/2
mkdir low:/1/both
mkdir low:/2/both
mkdir low:/1/one
mkdir low:/1/one/sub
mount m lowerdir=low:/1,low:/2
stat m:/                      -> nlink=1
stat m:/both                  -> nlink=1
stat m:/one                   -> nlink=3
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
