// SPDX-License-Identifier: Apache-2.0
//
// Rules of copy-up: what triggers it and what does not, what it carries to the upper, and what becomes of parents,
// hard links and files that are open.
#include <gtest/gtest.h>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(CopyUpTrigger, ReadingAndLookingAreNone) {  // ovl_open(): ovl_open_need_copy_up() is false
  run_story(R"ovl(mkfs low ext4
mkdir low:/d
create low:/d/f "v"
setxattr low:/d/f user.x "1"
symlink "f" low:/d/s
mkfifo low:/d/p
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/d/f                   -> ok
read m:/d/f                   -> data="v"
ls m:/d                       -> entries=f,p,s
readlink m:/d/s               -> target="f"
getxattr m:/d/f user.x        -> value="1"
listxattr m:/d/f              -> names=user.x
removexattr m:/d/f user.none  -> ENODATA
open m:/d/f h ro              -> ok
fread h                       -> data="v"
ls up:/u                      -> entries=""
)ovl");
}

// ovl_setattr(), ovl_xattr_set(), ovl_open(): ovl_want_write(), ovl_copy_up()
TEST(CopyUpTrigger, EveryChangeOfAFileIsOne) {
  for (const char* change : {"append m:/f \"+\"", "write m:/f \"w\"", "truncate m:/f 1", "chmod m:/f 0644",
                             "chown m:/f 0:0", "touch m:/f", "setxattr m:/f user.y \"1\"", "removexattr m:/f user.x",
                             "open m:/f h wo", "open m:/f h rw", "rename m:/f m:/g", "link m:/f m:/g"}) {
    SCOPED_TRACE(change);
    const bool moves = std::string_view(change).substr(0, 6) == "rename";
    run_story(R"ovl(mkfs low ext4
create low:/f "v"
setxattr low:/f user.x "1"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat up:/u/f                  -> ENOENT
)ovl" + std::string(change) +
              " -> ok\nstat up:/u/" + (moves ? "g" : "f") + " -> ok type=file\nread low:/f -> data=\"v\"\n");
  }
}

TEST(CopyUpTrigger, SpecialFilesAndSymlinksAreCopiedUpAsTheyAre) {  // ovl_copy_up_workdir(), ovl_create_real()
  run_story(R"ovl(mkfs low ext4
symlink "where" low:/s
mkfifo low:/p
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/s                     -> ino=$s
stat m:/p                     -> ino=$p
chown m:/s 7:8                -> ok
touch m:/p                    -> ok
readlink up:/u/s              -> target="where"
stat up:/u/p                  -> type=fifo
stat m:/s                     -> ino=$s type=symlink
stat m:/p                     -> ino=$p type=fifo
getxattr up:/u/s trusted.overlay.origin -> ok
getxattr up:/u/p trusted.overlay.origin -> ok
)ovl");
}

TEST(CopyUpParents, AreCopiedUpWithOriginAndMarkedImpure) {  // ovl_copy_up_flags(), ovl_set_impure()
  run_story(R"ovl(mkfs low ext4
mkdir low:/d
mkdir low:/d/e
create low:/d/e/f "v"
create low:/d/e/g "v"
chmod low:/d 0701
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/d/e/f                -> ok
ls up:/u/d/e                  -> entries=f
stat up:/u/d                  -> mode=0701
getxattr up:/u trusted.overlay.impure -> value="y"
listxattr up:/u/d             -> names=trusted.overlay.impure,trusted.overlay.origin
listxattr up:/u/d/e           -> names=trusted.overlay.impure,trusted.overlay.origin
listxattr up:/u/d/e/f         -> names=trusted.overlay.origin
)ovl");
}

// ovl_xattr_set(): the upper is asked after the copy-up
TEST(CopyUpTrigger, CopiedUpStaysCopiedUpWhenTheCommandFailsThen) {
  run_story(R"ovl(mkfs low ext4
mkdir low:/d
create low:/d/f "v"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
setxattr m:/d/f nothing.x "1" -> EOPNOTSUPP
stat up:/u/d/f                -> ok
)ovl");
}

TEST(CopyUpTrigger, RemovalOfADirectoryThatIsNotEmptyIsNone) {  // ovl_do_remove(): ovl_check_empty_dir() comes first
  run_story(R"ovl(mkfs low ext4
mkdir low:/d
mkdir low:/d/e
create low:/d/e/f
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
rmdir m:/d/e                  -> ENOTEMPTY
ls up:/u                      -> entries=""
)ovl");
}

// ovl_copy_up_one(): before it is known whether an origin is stored
TEST(CopyUpParents, AreImpureForABrokenHardLinkToo) {
  run_story(R"ovl(mkfs low ext4
create low:/h
link low:/h low:/i
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/h
listxattr up:/u/h             -> names=""
getxattr up:/u trusted.overlay.impure -> value="y"
)ovl");
}

TEST(CopyUpCarries, OwnerModeXattrsAndDataButNoOverlayXattrs) {  // ovl_copy_up_metadata(), ovl_copy_xattr()
  run_story(R"ovl(mkfs low ext4
create low:/f "data"
chown low:/f 7:8
chmod low:/f 04751
setxattr low:/f user.x "1"
setxattr low:/f trusted.y "2"
setxattr low:/f trusted.overlay.nlink "U+1"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
listxattr m:/f                -> names=trusted.y,user.x
touch m:/f                    -> ok
listxattr m:/f                -> names=trusted.y,user.x
listxattr up:/u/f             -> names=trusted.overlay.origin,trusted.y,user.x
stat up:/u/f                  -> mode=4751 size=4
read up:/u/f                  -> data="data"
)ovl");
}

TEST(CopyUpKeeps, NumberAndDeviceWhateverTheXinoMode) {  // ovl_getattr(): OVL_CONST_INO
  for (const char* xino : {"xino=off", "xino=auto", "xino=on"}) {
    SCOPED_TRACE(xino);
    run_story(std::string(R"ovl(mkfs low ext4
mkdir low:/d
create low:/d/f "v"
mkfs up xfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w )ovl") +
              xino + R"ovl(
stat m:/d                     -> ino=$d dev=$dd
stat m:/d/f                   -> ino=$i dev=$dev nlink=1
append m:/d/f "+"             -> ok
stat m:/d                     -> ino=$d dev=$dd nlink=1
stat m:/d/f                   -> ino=$i dev=$dev nlink=1 size=2
)ovl");
  }
}

TEST(CopyUpHardLink, BreaksItAndTheOthersStay) {  // ovl_copy_up_inode_update(): hashed by its upper from now on
  run_story(R"ovl(mkfs low ext4
create low:/h "v"
link low:/h low:/i
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/h                     -> ino=$l dev=$low nlink=2
append m:/h "+"
stat up:/u/h                  -> ino=$u
stat m:/h                     -> ino=$u dev!=$low nlink=1
stat m:/i                     -> ino=$l dev=$low nlink=2
read m:/i                     -> data="v"
)ovl");
}

TEST(CopyUpOpenFiles, ReadOnlyOnesKeepReadingTheLower) {  // ovl_real_file(): the real file was opened before
  run_story(R"ovl(mkfs low ext4
create low:/f "old"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
open m:/f h ro                -> ok
fstat h                       -> ino=$i
write m:/f "newer"            -> ok
read m:/f                     -> data="newer"
fstat h                       -> ino=$i size=5
)ovl");
}

TEST(CopyUpOpenFiles, WriteOnlyOpenCopiesUpWithoutAWrite) {  // ovl_open(): ovl_maybe_copy_up()
  run_story(R"ovl(mkfs low ext4
create low:/f "old"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
open m:/f h wo                -> ok
read up:/u/f                  -> data="old"
fwrite h "NEW"                -> ok
read m:/f                     -> data="NEW"
read low:/f                   -> data="old"
)ovl");
}

TEST(CopyUpForbidden, OnAnOverlayWithoutUpperOrMountedReadOnly) {  // ovl_want_write(); sb_rdonly()
  run_story(R"ovl(mkfs low ext4
mkdir low:/a
mkdir low:/b
create low:/a/f "v"
mount m lowerdir=low:/a,low:/b
touch m:/f                    -> EROFS
append m:/f "+"               -> EROFS
create m:/g                   -> EROFS
unlink m:/f                   -> EROFS
umount m
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/a upperdir=up:/u workdir=up:/w ro
append m:/f "+"               -> EROFS
read m:/f                     -> data="v"
)ovl");
}

// setattr_should_drop_sgid() looks at the overlay inode, whose mode is as ovl_copyattr() saw it last. Without an origin to follow (the
// squashfs has no UUID) the new name is another overlay inode of the same upper, and a chmod through it is not seen by the first.
TEST(CopyAttributes, AChmodThroughAnotherOverlayInodeOfTheUpperIsNotSeen) {
  run_story(R"ovl(
mkfs build tmpfs
create build:/d "data"
mksquashfs low build:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
link m:/d m:/a
chmod m:/a 7777
stat m:/d                     -> mode=7777
chown m:/d 1000:0
stat m:/d                     -> mode=3777
chmod m:/a 7777
touch m:/d
chown m:/d 1000:0
stat m:/d                     -> mode=1777
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
