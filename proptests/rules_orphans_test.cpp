// SPDX-License-Identifier: Apache-2.0
//
// Rules of what lives on without a name: an open file keeps its inode, and by its dentry the directory that it was in; a mount
// keeps its workdir and its whiteout. What is kept shows in the numbers that ext4 and xfs do not give again. Each story has run
// on a live kernel.
#include <gtest/gtest.h>

#include <string>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(Orphans, AnOpenFileKeepsTheRemovedDirectoriesThatItWasIn) {  // dput() of d_parent when the last reference goes
  for (const char* type : {"ext4", "xfs"}) {
    SCOPED_TRACE(type);
    run_story(std::string("mkfs fs ") + type + R"ovl(
mkdir fs:/a
mkdir fs:/a/d
create fs:/a/d/f
stat fs:/a                    -> ino=$a
stat fs:/a/d                  -> ino=$d
stat fs:/a/d/f                -> ino=$f
open fs:/a/d/f h
unlink fs:/a/d/f
rmdir fs:/a/d
rmdir fs:/a
create fs:/x
stat fs:/x                    -> ino!=$a ino!=$d ino!=$f
close h
create fs:/y
stat fs:/y                    -> ino=$a
create fs:/z
stat fs:/z                    -> ino=$d
)ovl");
  }
}

TEST(Orphans, TheDentryMovesWithItsNameAndStaysWhenThatIsReplaced) {  // __d_move()
  run_story(R"ovl(mkfs fs ext4
mkdir fs:/d
mkdir fs:/e
create fs:/d/f
link fs:/d/f fs:/e/g
stat fs:/d                    -> ino=$d
stat fs:/e                    -> ino=$e
open fs:/e/g h
rename fs:/e/g fs:/d/g
rmdir fs:/e
create fs:/x
stat fs:/x                    -> ino=$e
unlink fs:/d/f
mkdir fs:/e
create fs:/e/g "other"
rename fs:/e/g fs:/d/g
unlink fs:/d/g
rmdir fs:/d
create fs:/y
stat fs:/y                    -> ino!=$d
close h
create fs:/z
stat fs:/z                    -> ino=$d
)ovl");
}

TEST(Orphans, ExchangedDentriesSwapTheirDirectories) {  // d_exchange()
  run_story(R"ovl(mkfs fs ext4
mkdir fs:/d
mkdir fs:/e
create fs:/d/f
create fs:/e/g
stat fs:/d                    -> ino=$d
stat fs:/e                    -> ino=$e
open fs:/d/f h
exchange fs:/d/f fs:/e/g
unlink fs:/d/f
rmdir fs:/d
create fs:/x
stat fs:/x                    -> ino=$d
unlink fs:/e/g
rmdir fs:/e
create fs:/y
stat fs:/y                    -> ino!=$e
)ovl");
}

TEST(Orphans, AnOverlayInodeKeepsTheNameByWhichItWasFoundFirst) {  // ovl_inode_init(): __upperdentry
  run_story(R"ovl(mkfs low tmpfs
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
mkdir m:/e
create m:/e/f "data"
link m:/e/f m:/g
open m:/g h
unlink m:/e/f
drop-caches
stat up:/u/e                  -> ino=$e
rmdir m:/e
create m:/x
stat up:/u/x                  -> ino!=$e
close h
drop-caches
create m:/y
stat up:/u/y                  -> ino=$e
)ovl");
}

TEST(Orphans, CopyUpKeepsTheNameThatItLinked) {  // ovl_copy_up_tmpfile(): ovl_inode_update() with the linked dentry
  run_story(R"ovl(mkfs low tmpfs
mkdir low:/d
create low:/d/f "lower"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
append m:/d/f "+"
stat up:/u/d                  -> ino=$d
link m:/d/f m:/g
open m:/g h
unlink m:/d/f
rmdir m:/d
drop-caches
create m:/x
stat up:/u/x                  -> ino!=$d
close h
drop-caches
create m:/y
stat up:/u/y                  -> ino=$d
)ovl");
}

/// Two mounts with one workdir: the second makes it anew.
std::string two_mounts(const std::string& type, const std::string& between) {
  return R"ovl(mkfs low ext4
create low:/a "a"
create low:/b "b"
mkdir low:/d
symlink "b" low:/s
mkfs up )ovl" + type + R"ovl(
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat up:/w/work               -> ino=$work
)ovl" + between + R"ovl(
mount n lowerdir=low:/ upperdir=up:/u workdir=up:/w
umount n
)ovl";
}

TEST(RemovedWorkdir, TakesNothingNew) {  // may_create(): IS_DEADDIR()
  for (const char* type : {"ext4", "xfs", "btrfs", "tmpfs"}) {
    SCOPED_TRACE(type);
    run_story(two_mounts(type, "") + R"ovl(
unlink m:/a                   -> ENOENT
rmdir m:/d                    -> ENOENT
chmod m:/d 0700               -> ENOENT
touch m:/s                    -> ENOENT
create m:/new "n"             -> ok
stat up:/u/new                -> ino!=$work
rename m:/new m:/newer        -> ok
unlink m:/newer               -> ok
read m:/a                     -> data="a"
)ovl");
  }
}

TEST(RemovedWorkdir, TakesATmpfileButOnExt4) {  // ext4_new_inode(): EPERM
  for (const char* type : {"xfs", "btrfs", "tmpfs"}) {
    SCOPED_TRACE(type);
    run_story(two_mounts(type, "") + R"ovl(
append m:/a "+"               -> ok
rename m:/b m:/c              -> ok
create m:/b                   -> ENOENT
)ovl");
  }
  run_story(two_mounts("ext4", "") + R"ovl(
append m:/a "+"               -> EPERM
rename m:/b m:/c              -> EPERM
)ovl");
}

TEST(RemovedWorkdir, DoesNotLetTheSharedWhiteoutGo) {  // ovl_whiteout(), lock_rename_child()
  const std::vector<answered> answers = run_story(two_mounts("ext4", "unlink m:/a") + R"ovl(
create m:/a "new"             -> ENOENT
create m:/z
link m:/z m:/a                -> ENOENT
unlink m:/b                   -> EIO
unlink m:/b                   -> ENOENT
read m:/b                     -> data="b"
)ovl");
  ASSERT_GE(answers.size(), 3U);
  const std::vector<std::string>& log = answers[answers.size() - 3].result.log;
  EXPECT_EQ(log, (std::vector<std::string>{
                     "overlayfs: Failed to link whiteout - disabling whiteout inode sharing(nlink=1, err=18446744073709551614)",
                     "overlayfs: failed to lock workdir+upperdir"}));
}

/// An overlay whose upper holds the upper and the workdir of another: what one removes, the other goes on with.
std::string overlay_above(const std::string& options = "") {
  return R"ovl(mkfs low tmpfs
create low:/f
create low:/g
create low:/h
mkfs up ext4
mkdir up:/p
mkdir up:/p/u
mkdir up:/p/w
mkdir up:/w2
mount m lowerdir=low:/ upperdir=up:/p/u workdir=up:/p/w )ovl" + options + R"ovl(
mount n lowerdir=low:/ upperdir=up:/p workdir=up:/w2
)ovl";
}

TEST(RemovedUpper, TakesNothingNew) {  // lookup_one() and iterate_dir(): IS_DEADDIR()
  run_story(overlay_above() + R"ovl(
mkdir m:/x
mkdir m:/z
create m:/z/q
stat up:/p/u/x                -> ino=$x
rmdir n:/u/x                  -> ok
create m:/x/f                 -> ENOENT
mkdir m:/x/d                  -> ENOENT
rename m:/z/q m:/x/q          -> ENOENT
link m:/z/q m:/x/q            -> ENOENT
ls m:/x                       -> ENOENT
drop-caches
stat m:/x                     -> ENOENT
mkdir m:/y
stat up:/p/u/y                -> ino=$x
ls m:/y                       -> entries=""
)ovl");
}

TEST(RemovedUpper, IsNotMovedIntoItself) {  // ovl_rename(): lock_rename()'s trap
  run_story(overlay_above("nfs_export=on") + R"ovl(
mkdir m:/x
mkdir m:/y
fh m:/y h
rename n:/u/y n:/u/x/y        -> ok
rename m:/x m:/y/x            -> ESTALE
drop-caches
fhopen m h                    -> type=dir
)ovl");
}

TEST(Whiteouts, OfOneMountShareAnInodeAndThoseOfTheNextAnother) {  // ovl_whiteout()
  run_story(overlay_above() + R"ovl(
unlink m:/f
stat up:/p/u/f                -> nlink=2
umount n
umount m
mount m lowerdir=low:/ upperdir=up:/p/u workdir=up:/p/w
unlink m:/g
stat up:/p/u/g                -> nlink=2 type=char
stat up:/p/u/f                -> nlink=1
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
