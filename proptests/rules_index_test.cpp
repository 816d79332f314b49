// SPDX-License-Identifier: Apache-2.0
//
// Rules of index=on (fs/overlayfs/namei.c: ovl_lookup_index; util.c: ovl_nlink_start, ovl_cleanup_index; super.c: ovl_get_indexdir).
// Each story has run on a live kernel.
#include <gtest/gtest.h>

#include <string>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

/// A lower file with three names, and a mount.
std::string three_names(const std::string& options = "index=on") {
  return R"ovl(mkfs low ext4
create low:/a "a"
link low:/a low:/b
mkdir low:/d
link low:/a low:/d/c
create low:/single "s"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w )ovl" + options + "\n";
}

TEST(Index, KeepsHardLinksTogether) {  // ovl_do_copy_up(): copied up into the index, then linked
  run_story(three_names() + R"ovl(
stat m:/a                     -> ino=$a nlink=3
append m:/a "+"
stat m:/a                     -> ino=$a nlink=3
stat m:/b                     -> ino=$a nlink=3 size=2
read m:/d/c                   -> data="a+"
getxattr up:/u/a trusted.overlay.nlink -> value="U+1"
stat up:/u/a                  -> nlink=2
stat up:/u/b                  -> ENOENT
append m:/d/c "c"
read m:/b                     -> data="a+c"
drop-caches
stat m:/b                     -> ino=$a nlink=3 size=3
)ovl");
}

TEST(Index, IsForLowerHardLinks) {  // ovl_need_index()
  run_story(three_names() + R"ovl(
append m:/single "+"
ls up:/w/index                -> ok
getxattr up:/u/single trusted.overlay.nlink -> ENODATA
stat up:/u/single             -> nlink=1
append m:/a "+"
stat up:/u/a                  -> nlink=2
)ovl");
  run_story(three_names("index=off") + R"ovl(
append m:/a "+"
stat m:/a                     -> nlink=1
read m:/b                     -> data="a"
)ovl");
}

TEST(Index, CountsTheLinksThatTheOverlayShows) {  // ovl_set_nlink_upper(), ovl_drop_nlink()
  run_story(three_names() + R"ovl(
unlink m:/b
stat m:/a                     -> nlink=2
stat up:/u/a                  -> ENOENT
link m:/a m:/new
stat m:/new                   -> nlink=3
drop-caches
stat m:/d/c                   -> nlink=3
unlink m:/a
unlink m:/d/c
stat m:/new                   -> nlink=1
unlink m:/new
stat m:/new                   -> ENOENT
)ovl");
}

TEST(Index, EntryGoesWithTheLastName) {  // ovl_cleanup_index()
  const std::vector<answered> answers = run_story(three_names() + R"ovl(
append m:/a "+"
unlink m:/a
unlink m:/b
unlink m:/d/c
ls up:/w/index
)ovl");
  const auto* listed = std::get_if<answer::entries>(&answers.back().result.fields);
  ASSERT_NE(listed, nullptr);
  EXPECT_EQ(listed->by_name.size(), 1U) << "the shared whiteout alone";
}

TEST(IndexMount, RefusesAnotherLowerAndAnotherUpper) {  // ovl_verify_origin_fh(), ovl_verify_upper()
  run_story(three_names() + R"ovl(
umount m
mkfs low2 ext4
mount m lowerdir=low2:/ upperdir=up:/u workdir=up:/w index=on     -> ESTALE log~"failed to verify upper root origin"
mount m lowerdir=low2:/,low:/ upperdir=up:/u workdir=up:/w index=on -> ESTALE
mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w index=on -> ok
umount m
cp -a up:/u up:/u2
mount m lowerdir=low:/ upperdir=up:/u2 workdir=up:/w index=on     -> ESTALE log~"failed to verify index dir 'upper' xattr"
mount m lowerdir=low:/ upperdir=up:/u2 workdir=up:/w              -> ok
)ovl");
}

TEST(IndexMount, WantsTheUpperForItself) {  // ovl_report_in_use()
  run_story(three_names() + R"ovl(
mount n lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on      -> EBUSY log~"mount with '-o index=off' to override"
mount n lowerdir=low:/ upperdir=up:/u workdir=up:/w               -> ok log~"undefined behavior"
)ovl");
}

TEST(IndexMount, RemovesEntriesThatAreOfNoUseAnyMore) {  // ovl_indexdir_cleanup(), ovl_verify_index()
  run_story(three_names() + R"ovl(
append m:/a "+"
umount m
unlink up:/u/a
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on      -> ok
stat m:/a                     -> nlink=2 size=2
umount m
unlink low:/a
unlink low:/b
unlink low:/d/c
create low:/other
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on      -> ok log~"failed to verify index"
umount m
create up:/w/index/nonsense
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on      -> EINVAL log~"failed to verify index (index/nonsense, ftype=8000, err=-22)"
)ovl");
}

TEST(Index, LogsALinkCountThatMakesNoSense) {  // ovl_get_nlink()
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on\n";
  for (const char* bad : {"setxattr up:/u/a trusted.overlay.nlink \"X+1\"", "setxattr up:/u/a trusted.overlay.nlink \"U+x\"",
                          "setxattr up:/u/a trusted.overlay.nlink \"U-9\"", "removexattr up:/u/a trusted.overlay.nlink",
                          "setxattr up:/u/a trusted.overlay.nlink \"U+1234567890123\""}) {
    SCOPED_TRACE(bad);
    run_story(three_names() + "append m:/a \"+\"\numount m\n" + bad + "\n" + mount +
              "stat m:/b -> nlink=2 log~\"failed to get index nlink (index/\"\n");
  }
}

TEST(Index, AnEntryOfAnotherTypeIsRefused) {  // ovl_lookup_index()
  run_story(R"ovl(mkfs build tmpfs
create build:/a "a"
link build:/a build:/b
mksquashfs low build:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on
append m:/a "+"
umount m
unlink build:/a
unlink build:/b
symlink "x" build:/a
link build:/a build:/b
mksquashfs low build:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on
stat m:/b                     -> EIO log~"bad index found (index=index/00fb"
stat m:/a                     -> type=file log~"invalid origin"
)ovl");
}

TEST(Index, AMetadataOnlyEntryIsRefusedLikeAnUpper) {  // ovl_lookup(): checked in the index, too, since 6.16
  run_story(three_names("index=on metacopy=on") + R"ovl(
chmod m:/a 0600
umount m
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on
stat m:/b                     -> EPERM log~"refusing to follow metacopy origin for (/b)"
)ovl");
}

TEST(IndexMount, NeedsFileHandles) {  // ovl_lower_dir()
  run_story(R"ovl(mkfs build tmpfs
create build:/a
mksquashfs low build:/ -no-exports
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on      -> ok log~"falling back to index=off,nfs_export=off"
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
