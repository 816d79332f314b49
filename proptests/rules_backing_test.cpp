// SPDX-License-Identifier: Apache-2.0
//
// Rules of the backing filesystems: how each numbers its inodes and gives numbers again, what images keep, link
// counts, and in which order a read-only filesystem's EROFS comes among other errnos.
#include <gtest/gtest.h>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(BackingNumbers, Ext4GivesTheLowestFreeOneAgain) {  // find_inode_bit(), ext4_free_inode()
  run_story(R"ovl(mkfs fs ext4
create fs:/a
create fs:/b
stat fs:/a                    -> ino=$a
stat fs:/b                    -> ino=$b ino!=$a
unlink fs:/b
unlink fs:/a
create fs:/c
stat fs:/c                    -> ino=$a
create fs:/d
stat fs:/d                    -> ino=$b
)ovl");
}

TEST(BackingNumbers, TmpfsAndBtrfsNeverGiveOneAgain) {  // shmem_reserve_inode(), btrfs_get_free_objectid()
  for (const char* type : {"tmpfs", "btrfs"}) {
    SCOPED_TRACE(type);
    run_story(std::string("mkfs fs ") + type + R"ovl(
create fs:/a
stat fs:/a                    -> ino=$a
unlink fs:/a
create fs:/b
stat fs:/b                    -> ino!=$a
)ovl");
  }
}

TEST(BackingNumbers, KeptByRenameLinkAndWriteNotByReplacement) {  // struct inode: the name is not part of it
  for (const char* type : {"ext4", "xfs", "btrfs", "tmpfs"}) {
    SCOPED_TRACE(type);
    run_story(std::string("mkfs fs ") + type + R"ovl(
create fs:/a "1"
create fs:/b "2"
stat fs:/a                    -> ino=$a nlink=1
rename fs:/a fs:/c
link fs:/c fs:/d
append fs:/d "+"
stat fs:/c                    -> ino=$a nlink=2 size=2
rename fs:/b fs:/c
stat fs:/c                    -> ino!=$a nlink=1
stat fs:/d                    -> ino=$a nlink=1
)ovl");
  }
}

TEST(BackingNumbers, MksquashfsCountsDepthFirstInByteOrderAndTheRootLast) {  // mksquashfs: dir_scan(), alloc_inode_no()
  run_story(R"ovl(mkfs b tmpfs
create b:/aa
create b:/C
mkdir b:/B
create b:/B/z
create b:/10
symlink "t" b:/9
mkfifo b:/_u
mksquashfs fs b:/
stat fs:/10                   -> ino=1
stat fs:/9                    -> ino=2
stat fs:/B                    -> ino=3
stat fs:/B/z                  -> ino=4
stat fs:/C                    -> ino=5
stat fs:/_u                   -> ino=6
stat fs:/aa                   -> ino=7
stat fs:/                     -> ino=8
)ovl");
}

TEST(BackingNumbers, MksquashfsKeepsHardLinksAtTheFirstName) {  // mksquashfs: lookup_inode()
  run_story(R"ovl(mkfs b tmpfs
create b:/z
link b:/z b:/a
create b:/m
mksquashfs fs b:/
stat fs:/a                    -> ino=1 nlink=2
stat fs:/m                    -> ino=2 nlink=1
stat fs:/z                    -> ino=1 nlink=2
stat fs:/                     -> ino=3
)ovl");
}

TEST(BackingNumbers, Mke2fsCountsFromTwelve) {  // populate_fs(); 11 is free, it was lost+found
  run_story(R"ovl(mkfs b tmpfs
create b:/b
create b:/a
mke2fs fs b:/
stat fs:/                     -> ino=2
stat fs:/a                    -> ino=12
stat fs:/b                    -> ino=13
create fs:/new                -> ok
stat fs:/new                  -> ino=11
)ovl");
}

TEST(BackingClone, KeepsNumbersAndContentAndTmpfsHasNoImage) {
  run_story(R"ovl(mkfs fs ext4
create fs:/x
create fs:/a "v"
stat fs:/a                    -> ino=$a
clone copy fs                 -> ok
unlink fs:/a
stat copy:/a                  -> ok nlink=1
read copy:/a                  -> data="v"
mkfs t tmpfs
clone copy2 t                 -> EINVAL
)ovl");
}

// index=on holds the upper root's origin, UUID included, against the lower root's.
TEST(BackingClone, OfABtrfsHasTheUuidOnItsDiskUnlessThatIsMounted) {  // device_list_add(): temp_fsid
  run_story(R"ovl(mkfs l btrfs
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=l:/ upperdir=up:/u workdir=up:/w index=on -> ok
umount m
clone l l -> ok
mount m lowerdir=l:/ upperdir=up:/u workdir=up:/w index=on -> ok
umount m
clone second l -> ok
mount m lowerdir=second:/ upperdir=up:/u workdir=up:/w index=on -> ESTALE
clone third second -> ok
mount m lowerdir=third:/ upperdir=up:/u workdir=up:/w index=on -> ESTALE
mkfs l btrfs
mount m lowerdir=third:/ upperdir=up:/u workdir=up:/w index=on -> ESTALE
clone third second -> ok
mount m lowerdir=third:/ upperdir=up:/u workdir=up:/w index=on -> ok
umount m
)ovl");
}

TEST(BackingNlink, OfDirectoriesCountsSubdirectoriesButNotOnBtrfs) {  // inc_nlink() in mkdir; btrfs keeps 1
  for (const char* type : {"ext4", "xfs", "tmpfs", "btrfs"}) {
    SCOPED_TRACE(type);
    const bool counted = std::string_view(type) != "btrfs";
    run_story(std::string("mkfs fs ") + type + "\nmkdir fs:/d\nmkdir fs:/d/e\ncreate fs:/d/f\nstat fs:/d -> nlink=" +
              (counted ? "3" : "1") + "\nstat fs:/d/e -> nlink=" + (counted ? "2" : "1") + "\n");
  }
}

TEST(BackingNlink, OfARemovedDirectoryIsNoneOnBtrfsToo) {
  for (const char* type : {"ext4", "btrfs"}) {
    run_story(std::string("mkfs fs ") + type + R"ovl(
mkdir fs:/d
open fs:/d h
fstat h                       -> nlink!=0
rmdir fs:/d
fstat h                       -> nlink=0
)ovl");
  }
}

// mksquashfs 4.5.1 looks for zeros where st_blocks says that there is a hole; squashfs_read_inode(): the basic inode of a
// regular file has xattr operations even in an image without xattrs, the extended one has not.
TEST(BackingXattrs, OfASparseFileInASquashfsWithoutXattrs) {
  run_story(R"ovl(
mkfs b tmpfs
create b:/empty ""
create b:/zeros "\x00\x00\x00"
create b:/start "x"
truncate b:/start 5000
create b:/hole ""
truncate b:/hole 5
create b:/tail "x"
truncate b:/tail 131073
mksquashfs l b:/
listxattr l:/empty            -> ok
listxattr l:/zeros            -> ok
listxattr l:/start            -> ok
listxattr l:/hole             -> EOPNOTSUPP
listxattr l:/tail             -> EOPNOTSUPP
)ovl");
}

TEST(BackingCopy, KeepsModesOwnersXattrsAndHardLinks) {  // cp -a
  run_story(R"ovl(mkfs fs ext4
mkdir fs:/d
create fs:/d/a "v" 0640
chown fs:/d/a 3:4
link fs:/d/a fs:/d/b
setxattr fs:/d/a trusted.overlay.origin "o"
stat fs:/d/a                  -> ino=$old
cp -a fs:/d fs:/e             -> ok
stat fs:/e/a                  -> mode=0640 nlink=2 size=1 ino=$i ino!=$old
stat fs:/e/b                  -> ino=$i
getxattr fs:/e/b trusted.overlay.origin -> value="o"
cp -a fs:/d fs:/e             -> EEXIST
)ovl");
}

// filename_create(): EEXIST before EROFS; do_unlinkat(), do_renameat2(): EROFS first
TEST(BackingErrnos, OnAReadOnlyImage) {
  run_story(R"ovl(mkfs b tmpfs
create b:/f
mkdir b:/d
create b:/d/x
mksquashfs fs b:/
create fs:/f                  -> EEXIST
create fs:/new                -> EROFS
mkdir fs:/f                   -> EEXIST
mkdir fs:/new                 -> EROFS
symlink "t" fs:/f             -> EEXIST
link fs:/f fs:/d              -> EEXIST
link fs:/f fs:/new            -> EROFS
unlink fs:/none               -> EROFS
rmdir fs:/d                   -> EROFS
rename fs:/none fs:/new       -> EROFS
append fs:/f "+"              -> EROFS
append fs:/none "+"           -> ENOENT
append fs:/d "+"              -> EISDIR
truncate fs:/f 0              -> EROFS
chmod fs:/none 0600           -> ENOENT
chmod fs:/f 0600              -> EROFS
touch fs:/f                   -> EROFS
setxattr fs:/f user.x "1"     -> EROFS
removexattr fs:/f user.x      -> EROFS
)ovl");
}

TEST(BackingErrnos, OnAWritableFilesystem) {  // may_delete(), vfs_rename(), vfs_link(), may_create()
  run_story(R"ovl(mkfs fs ext4
create fs:/f
mkdir fs:/d
create fs:/d/x
mkdir fs:/e
unlink fs:/none               -> ENOENT
unlink fs:/d                  -> EISDIR
rmdir fs:/f                   -> ENOTDIR
rmdir fs:/d                   -> ENOTEMPTY
rename fs:/f fs:/d            -> EISDIR
rename fs:/d fs:/f            -> ENOTDIR
rename fs:/e fs:/d            -> ENOTEMPTY
rename fs:/d fs:/d/y          -> EINVAL
exchange fs:/f fs:/none       -> ENOENT
link fs:/d fs:/l              -> EPERM
mkdir fs:/d                   -> EEXIST
create fs:/f/x                -> ENOTDIR
readlink fs:/f                -> EINVAL
ls fs:/f                      -> ENOTDIR
read fs:/d                    -> EISDIR
getxattr fs:/f user.none      -> ENODATA
)ovl");
}

TEST(BackingDevices, EachFilesystemHasItsOwnAndRenameDoesNotCross) {  // do_renameat2(): EXDEV
  run_story(R"ovl(mkfs a ext4
mkfs b ext4
create a:/f
create b:/f
stat a:/f                     -> dev=$a
stat b:/f                     -> dev!=$a
rename a:/f b:/g              -> EXDEV
link a:/f b:/g                -> EXDEV
)ovl");
}

TEST(BackingHandles, OfErofsHaveTheHighWordFirst) {  // erofs: encode_fh(): type 0x81, nid hi, nid lo, generation 0
  const std::vector<answered> answers = run_story(R"ovl(mkfs b tmpfs
create b:/A
mkerofs low b:/ uuid=11223344-5566-7788-99aa-bbccddeeff00
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/A
stat low:/A                   -> ok
getxattr up:/u/A trusted.overlay.origin -> ok
)ovl");
  ASSERT_FALSE(answers.empty());
  const auto* origin = std::get_if<answer::value>(&answers.back().result.fields);
  ASSERT_NE(origin, nullptr);
  std::string expected = {'\0',   '\xfb', '\x21', '\0',   '\x81', '\x11', '\x22', '\x33', '\x44', '\x55', '\x66',
                          '\x77', '\x88', '\x99', '\xaa', '\xbb', '\xcc', '\xdd', '\xee', '\xff', '\0'};
  expected.append(4, '\0');
  for (unsigned shift = 0; shift < 32; shift += 8) expected += static_cast<char>(st_ino(answers) >> shift & 0xffU);
  expected.append(4, '\0');
  EXPECT_EQ(origin->bytes, expected);
}

}  // namespace
}  // namespace ovlsim::testing
