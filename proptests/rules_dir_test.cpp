// SPDX-License-Identifier: Apache-2.0
//
// Rules of the namespace: what create, remove, rename, exchange and link do to the upper, where whiteouts and opaque
// directories come from and what they hide.
#include <gtest/gtest.h>

#include "ovlsim/kernel.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(MkdirOpaque, OnlyInAMergedParentAndWithAnOptIn) {  // ovl_create_upper(), ovl_allow_offline_changes()
  for (const bits b : combinations(5)) {
    mkdir_opaque_question q;
    q.parent_merged = b[0];
    q.opts.index = b[1];
    q.opts.metacopy = b[2];
    q.opts.redirect = b[3] ? redirect_option::on : redirect_option::follow;
    q.opts.xino = b[4] ? xino_option::on : xino_option::autom;
    const bool opted_in = b[1] || b[2] || b[3] || b[4];
    EXPECT_EQ(linux_6_18.mkdir_opaque(q), b[0] && opted_in ? mkdir_opaque_answer::opaque : mkdir_opaque_answer::plain)
        << b.number();
  }
}

TEST(Mkdir, ByDefaultADirectoryThatAppearsLaterMergesAndWithXinoOnItDoesNot) {  // ovl_create_upper(): ovl_set_opaque()
  for (const bool opted_in : {false, true}) {
    const std::string mount =
        std::string("mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w") + (opted_in ? " xino=on\n" : "\n");
    run_story("mkfs low ext4\nmkfs up xfs\nmkdir up:/u\nmkdir up:/w\n" + mount + R"ovl(mkdir m:/d
create m:/d/up
getxattr up:/u/d trusted.overlay.opaque -> )ovl" +
              (opted_in ? "value=y" : "ENODATA") + R"ovl(
umount m
mkdir low:/d
create low:/d/low
)ovl" + mount +
              "ls m:/d -> entries=" + (opted_in ? "up" : "low,up") + "\n");
  }
}

TEST(Mkdir, OverAWhiteoutIsAlwaysOpaque) {  // ovl_create_over_whiteout(): ovl_set_opaque()
  run_story(R"ovl(mkfs low ext4
mkdir low:/d
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
rmdir m:/d                    -> ok
stat up:/u/d                  -> type=char
mkdir m:/d                    -> ok
getxattr up:/u/d trusted.overlay.opaque -> value="y"
getxattr up:/u/d trusted.overlay.origin -> ENODATA
umount m
create low:/d/later
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
ls m:/d                       -> entries=""
)ovl");
}

TEST(Create, OverAWhiteoutReplacesIt) {  // ovl_create_over_whiteout()
  run_story(R"ovl(mkfs low ext4
create low:/f "low"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
unlink m:/f                   -> ok
create m:/f "new"             -> ok
stat up:/u/f                  -> type=file nlink=1
getxattr up:/u/f trusted.overlay.origin -> ENODATA
drop-caches
read m:/f                     -> data="new"
)ovl");
}

TEST(Unlink, OfALowerLeavesAWhiteoutAndOfAPureUpperNothing) {  // ovl_do_remove(): ovl_lower_positive()
  run_story(R"ovl(mkfs low ext4
create low:/f
create low:/c
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
create m:/new
touch m:/c
unlink m:/f                   -> ok
unlink m:/c                   -> ok
unlink m:/new                 -> ok
stat m:/f                     -> ENOENT
unlink m:/f                   -> ENOENT
stat up:/u/f                  -> type=char
stat up:/u/c                  -> type=char
stat up:/u/new                -> ENOENT
stat low:/f                   -> ok
ls m:/                        -> entries=""
)ovl");
}

// ovl_whiteout(): ofs->whiteout, linked; its own name goes with work/ at the next mount
TEST(Whiteout, RemovalsShareOneInode) {
  run_story(R"ovl(mkfs low tmpfs
create low:/a
create low:/b
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
unlink m:/a
stat up:/u/a                  -> type=char ino=$w nlink=2
unlink m:/b
stat up:/u/b                  -> type=char ino=$w nlink=3
umount m
stat up:/u/b                  -> nlink=3
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat up:/u/b                  -> nlink=2
)ovl");
}

TEST(Whiteout, OfARenameIsItsOwnInode) {  // ovl_rename(): RENAME_WHITEOUT
  run_story(R"ovl(mkfs low tmpfs
create low:/a
create low:/b
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
rename m:/a m:/c              -> ok
rename m:/b m:/d              -> ok
stat up:/u/a                  -> type=char nlink=1 ino=$a
stat up:/u/b                  -> type=char nlink=1 ino!=$a
ls m:/                        -> entries=c,d
)ovl");
}

TEST(Whiteout, HidesEveryLayerBelowIt) {  // ovl_lookup_single(): stop = opaque = true
  run_story(R"ovl(mkfs low tmpfs
mkdir low:/1
mkdir low:/2
create low:/1/f "1"
create low:/2/f "2"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/1,low:/2 upperdir=up:/u workdir=up:/w
read m:/f                     -> data="1"
unlink m:/f                   -> ok
stat m:/f                     -> ENOENT
umount m
mount m lowerdir=up:/u,low:/1,low:/2
stat m:/f                     -> ENOENT
)ovl");
}

TEST(Rmdir, OfAMergedDirectoryAsksTheMergedListing) {  // ovl_check_empty_dir(), ovl_clear_empty()
  run_story(R"ovl(mkfs low tmpfs
mkdir low:/d
create low:/d/f
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
create m:/d/g
unlink m:/d/g                 -> ok
rmdir m:/d                    -> ENOTEMPTY
unlink m:/d/f                 -> ok
stat up:/u/d/f                -> type=char
rmdir m:/d                    -> ok
stat up:/u/d                  -> type=char
ls m:/                        -> entries=""
)ovl");
}

TEST(Opaque, HidesTheLowerDirectory) {  // ovl_lookup_single(): ovl_is_opaquedir()
  run_story(R"ovl(mkfs low tmpfs
mkdir low:/d
create low:/d/low
mkfs up ext4
mkdir up:/u
mkdir up:/w
mkdir up:/u/d
create up:/u/d/up
setxattr up:/u/d trusted.overlay.opaque "y"
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
ls m:/d                       -> entries=up
stat m:/d/low                 -> ENOENT
listxattr m:/d                -> names=""
)ovl");
}

TEST(Rename, OfADirectoryWithALowerCrossesDevicesWithoutRedirect) {  // ovl_can_move(): OVL_TYPE_MERGE_OR_LOWER
  run_story(R"ovl(mkfs low tmpfs
mkdir low:/l
mkdir low:/m
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/m
rename m:/l m:/x              -> EXDEV
rename m:/m m:/x              -> EXDEV
mkdir m:/p
exchange m:/p m:/l            -> EXDEV
rename m:/p m:/x              -> ok
stat up:/u/l                  -> ENOENT
)ovl");
}

TEST(Rename, OfAPureUpperDirectoryIntoAMergedParentMakesItOpaque) {  // ovl_rename(): ovl_set_opaque_xerr()
  run_story(R"ovl(mkfs low tmpfs
mkdir low:/d
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
mkdir m:/p
getxattr up:/u/p trusted.overlay.opaque -> ENODATA
rename m:/p m:/d/p            -> ok
getxattr up:/u/d/p trusted.overlay.opaque -> value="y"
)ovl");
}

// ovl_rename(): ovl_type_origin(old), ovl_set_impure(new->d_parent)
TEST(Rename, OfACopiedUpFileMakesTheNewParentImpure) {
  run_story(R"ovl(mkfs low tmpfs
create low:/f
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
mkdir m:/pure
create m:/new
rename m:/new m:/pure/new     -> ok
getxattr up:/u/pure trusted.overlay.impure -> ENODATA
rename m:/f m:/pure/f         -> ok
getxattr up:/u/pure trusted.overlay.impure -> value="y"
stat up:/u/f                  -> type=char
)ovl");
}

TEST(Rename, OverALowerFileNeedsNoWhiteoutThere) {  // ovl_rename(): overwrite, the target's name stays covered
  run_story(R"ovl(mkfs low tmpfs
create low:/a "a"
create low:/b "b"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
rename m:/a m:/b              -> ok
read m:/b                     -> data="a"
ls m:/                        -> entries=b
stat up:/u/b                  -> type=file
stat up:/u/a                  -> type=char
)ovl");
}

TEST(Rename, ToAWhiteoutExchangesWithIt) {  // ovl_rename(): "Whiteout source: RENAME_EXCHANGE with the whiteout"
  run_story(R"ovl(mkfs low tmpfs
create low:/a "a"
create low:/b "b"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
unlink m:/b
stat up:/u/b                  -> type=char ino=$w
rename m:/a m:/b              -> ok
stat up:/u/a                  -> type=char ino=$w
read m:/b                     -> data="a"
)ovl");
}

TEST(Exchange, CopiesBothUpAndLeavesNoWhiteout) {  // ovl_rename(): RENAME_EXCHANGE
  run_story(R"ovl(mkfs low tmpfs
create low:/a "a"
create low:/b "b"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/a                     -> ino=$a
exchange m:/a m:/b            -> ok
stat m:/b                     -> ino=$a
read up:/u/a                  -> data="b"
read up:/u/b                  -> data="a"
)ovl");
}

// ovl_link(): the new dentry is dropped, a lookup finds it again
TEST(Link, CopiesTheSourceUpAndBothNamesAreOneInode) {
  run_story(R"ovl(mkfs low tmpfs
create low:/f "v"
mkdir low:/d
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/f                     -> ino=$i nlink=1
link m:/f m:/d/g              -> ok
stat m:/f                     -> ino=$i nlink=2
stat m:/d/g                   -> ino=$i nlink=2
getxattr up:/u/d trusted.overlay.impure -> value="y"
append m:/f "+"
read m:/d/g                   -> data="v+"
read low:/f                   -> data="v"
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
