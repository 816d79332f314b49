// SPDX-License-Identifier: Apache-2.0
//
// Rules of the origin: what copy-up stores as trusted.overlay.origin, byte by byte, and when a later lookup follows
// it.
#include <gtest/gtest.h>

#include "ovlsim/kernel.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(OriginStored, NeverForABrokenHardLink) {  // ovl_do_copy_up(): "c->stat.nlink == 1 || S_ISDIR() || to_index"
  for (const bits b : combinations(4)) {
    store_origin_question q;
    q.opts.index = b[0];
    q.can_decode = b[1];
    q.null_uuid = b[2];
    q.to_index = b[3];
    q.lower_nlink = 2;
    EXPECT_EQ(linux_6_18.store_origin(q) == store_origin_answer::nothing, !q.to_index) << b.number();
    q.is_dir = true;
    EXPECT_NE(linux_6_18.store_origin(q), store_origin_answer::nothing) << b.number();
  }
}

// ovl_get_origin_fh(): "if (!index && !ovl_can_decode_fh()) return NULL"
TEST(OriginStored, HandleWhereItDecodesElseEmpty) {
  for (const bits b : combinations(3)) {
    store_origin_question q;
    q.lower_nlink = 1;
    q.is_dir = b[0];
    q.can_decode = b[1];
    q.null_uuid = b[2];  // does not matter since 4.20: what is never followed is stored all the same
    EXPECT_EQ(linux_6_18.store_origin(q), q.can_decode ? store_origin_answer::handle : store_origin_answer::empty)
        << b.number();
  }
}

// ovl_check_origin_fh(), ovl_decode_real_fh()
TEST(OriginFollowed, TheUuidMustBeTheLayersAndBadOnesCountOnlyOffTheUpper) {
  for (const bits b : combinations(4)) {
    follow_question q;
    q.on_upper_fs = b[0];
    q.bad_uuid = b[1];
    q.same_uuid = b[2];
    q.stored_null_uuid = b[3];
    const bool decode = q.same_uuid && !(q.bad_uuid && !q.on_upper_fs);
    EXPECT_EQ(linux_6_18.follow_origin(q), decode ? follow_answer::decode : follow_answer::skip) << b.number();
  }
}

TEST(OriginFollowed, AnotherTypeIsNoOrigin) {  // ovl_check_origin_fh(): since ffb24e3c6578 no EIO
  EXPECT_EQ(linux_6_18.origin_type({file_type::file, file_type::dir}), origin_type_answer::no_origin);
  EXPECT_EQ(linux_6_18.origin_type({file_type::symlink, file_type::file}), origin_type_answer::no_origin);
}

TEST(OriginBytes, OfSquashfsAreNumberAndGenerationZeroUnderTheNullUuid) {  // ovl_encode_real_fh(), struct ovl_fb
  run_story(R"ovl(mkfs b tmpfs
create b:/A
create b:/B
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/B
getxattr up:/u/B trusted.overlay.origin -> value=0x00fb1d0001000000000000000000000000000000000200000000000000
)ovl");
}

TEST(OriginBytes, OfAnExt4ImageAreItsUuidNumberTwelveAndGenerationZero) {  // ovl_encode_real_fh(), struct ovl_fb
  run_story(R"ovl(mkfs b tmpfs
create b:/A
mke2fs low b:/ uuid=11223344-5566-7788-99aa-bbccddeeff00
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/A
getxattr up:/u/A trusted.overlay.origin -> value=0x00fb1d0001112233445566778899aabbccddeeff000c00000000000000
)ovl");
}

TEST(OriginStored, EmptyWhereTheLowerHasNoExportTable) {  // ovl_get_origin_fh(), ovl_can_decode_fh()
  run_story(R"ovl(mkfs b tmpfs
create b:/A
mksquashfs low b:/ -no-exports
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/A
getxattr up:/u/A trusted.overlay.origin -> value=""
)ovl");
}

TEST(OriginStored, NotForHardLinksAndPureUppers) {  // ovl_do_copy_up(), ovl_create_upper()
  run_story(R"ovl(mkfs low ext4
create low:/h
link low:/h low:/i
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/h
create m:/new
mkdir m:/dir
getxattr up:/u/h trusted.overlay.origin -> ENODATA
getxattr up:/u/new trusted.overlay.origin -> ENODATA
getxattr up:/u/dir trusted.overlay.origin -> ENODATA
)ovl");
}

TEST(OriginFollowed, AcrossRemountsOnEveryWritableLower) {  // ovl_check_origin()
  for (const char* type : {"ext4", "xfs", "btrfs", "tmpfs"}) {
    SCOPED_TRACE(type);
    run_story(std::string("mkfs low ") + type + R"ovl(
create low:/f "v"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/f                     -> ino=$i
append m:/f "+"               -> ok
umount m
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/f                     -> ino=$i size=2
)ovl");
  }
}

// ovl_get_fsid(): bad_uuid; the inode keeps its lower
TEST(OriginFollowed, NotUnderANullUuidByDefaultButInTheMountThatCopiedUp) {
  run_story(R"ovl(mkfs b tmpfs
create b:/A
create b:/B
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/B                     -> ino=2 dev=$d
open m:/B h                   -> ok
touch m:/B
drop-caches
stat m:/B                     -> ino=2 dev=$d
close h
drop-caches
stat m:/B                     -> ino!=2 dev!=$d
)ovl");
}

TEST(OriginFollowed, UnderANullUuidWithXinoOn) {  // ovl_lower_uuid_ok()
  run_story(R"ovl(mkfs b tmpfs
create b:/A
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
stat m:/A                     -> ino=$i
touch m:/A
drop-caches
stat m:/A                     -> ino=$i
)ovl");
}

TEST(OriginFollowed, NotToAFileThatTookTheNumber) {  // ext4_nfs_get_inode(): another generation is ESTALE
  run_story(R"ovl(mkfs low ext4
create low:/a "a"
stat low:/a                   -> ino=$l
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/a
umount m
unlink low:/a
create low:/b "b"
stat low:/b                   -> ino=$l
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
read m:/a                     -> data="a"
read m:/b                     -> data="b"
stat m:/a                     -> ino!=$l
stat m:/b                     -> ino=$l
)ovl");
}

// ovl_decode_real_fh(): no connectable dentry is asked for
TEST(OriginFollowed, ToAnywhereOnTheFilesystemOutsideTheLayer) {
  run_story(R"ovl(mkfs low ext4
mkdir low:/l
create low:/l/a "a"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/l upperdir=up:/u workdir=up:/w
touch m:/a
stat m:/a                     -> ino=$i
umount m
rename low:/l/a low:/out
mount m lowerdir=low:/l upperdir=up:/u workdir=up:/w
stat m:/a                     -> ino=$i
)ovl");
}

TEST(OriginFollowed, NotToACopyOnAnotherFilesystemButToAClone) {  // ovl_decode_real_fh(): uuid_equal()
  constexpr std::string_view copied_up = R"ovl(mkfs low ext4
create low:/f "v"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/f
stat m:/f                     -> ino=$i
umount m
)ovl";
  run_story(std::string(copied_up) + R"ovl(mkfs other ext4
mkdir other:/l
cp -a low:/f other:/l/f
mount m lowerdir=other:/l upperdir=up:/u workdir=up:/w
stat up:/u/f                  -> ino=$u
stat m:/f                     -> ino=$u
)ovl");
  run_story(std::string(copied_up) + R"ovl(clone other low
stat other:/f                 -> ino=$c
mount m lowerdir=other:/ upperdir=up:/u workdir=up:/w
stat m:/f                     -> ino=$c
)ovl");
}

TEST(OriginFollowed, ToADirectoryNumberIsNoOriginAndSaysSo) {  // ovl_check_origin_fh(): "invalid origin"
  run_story(R"ovl(mkfs b tmpfs
create b:/b
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
touch m:/b
umount m
mkdir b:/a
mksquashfs low b:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
stat m:/b                     -> ok log~"invalid origin (u/b, ftype=8000, origin ftype=4000)."
stat up:/u/b                  -> ino=$u
stat m:/b                     -> ino=$u
)ovl");
}

// ext4_nfs_get_inode(): generation 0 matches anything
TEST(OriginFollowed, ImagesRebuiltUnderOneUuidCollideByDefault) {
  for (const char* image : {"mke2fs", "mkerofs"}) {
    SCOPED_TRACE(image);
    const std::string make = std::string(image) + " low b:/ uuid=11111111-2222-3333-4444-555555555555\n";
    run_story("mkfs b tmpfs\ncreate b:/B \"one\"\n" + make + R"ovl(
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
append m:/B "+"               -> ok
umount m
rename b:/B b:/Z
create b:/A "two"
)ovl" + make + R"ovl(
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
read m:/B                     -> data="one+"
read m:/A                     -> data="one+"
)ovl");
  }
}

// ovl_check_origin_fh(): fsid 0 is never skipped
TEST(OriginFollowed, OnTheUppersFilesystemEvenWhenACloneMakesItsUuidBad) {
  run_story(R"ovl(mkfs base ext4
mkdir base:/l
mkdir base:/u
mkdir base:/w
create base:/l/f "v"
clone cl base
rename base:/l/f base:/f
stat base:/f                  -> ino=$l
mount m lowerdir=base:/l,cl:/l upperdir=base:/u workdir=base:/w
create m:/n
stat m:/n                     -> dev=$p0
stat m:/f                     -> dev!=$p0
touch m:/f
stat m:/f                     -> dev!=$p0
drop-caches
stat m:/f                     -> ino=$l dev=$p0
)ovl");
}

TEST(OriginFixed, ByTheLookupOfAMergedDirectoryWithoutOne) {  // ovl_fix_origin(), ovl_set_impure()
  run_story(R"ovl(mkfs low ext4
mkdir low:/d
mkfs up ext4
mkdir up:/u
mkdir up:/w
mkdir up:/u/d
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
getxattr up:/u trusted.overlay.impure -> ENODATA
listxattr up:/u/d             -> names=""
stat m:/d                     -> ok nlink=1
listxattr up:/u/d             -> names=trusted.overlay.origin
getxattr up:/u trusted.overlay.impure -> value="y"
)ovl");
}

TEST(OriginInvalid, NeverFailsALookup) {  // ovl_get_fh(): treated as none; what it prints begins with its padding
  run_story(R"ovl(mkfs low ext4
mkfs up ext4
mkdir up:/u
mkdir up:/w
create up:/u/f "v"
setxattr up:/u/f trusted.overlay.origin "junk"
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/f                     -> ok size=1 log~"invalid origin (0000006a)"
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
