// SPDX-License-Identifier: Apache-2.0
//
// Rules of mounting: what is refused, with which errno and in which words; what only degrades; and what a mount
// forbids to others.
#include <gtest/gtest.h>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

/// An empty ext4 lower with a directory and a file, and an ext4 upper; then the line.
std::string with_layers(const std::string& lines) {
  return R"ovl(mkfs low ext4
mkdir low:/d
create low:/f
mkfs up ext4
mkdir up:/u
mkdir up:/w
)ovl" + lines +
         "\n";
}

TEST(MountPaths, MustResolveToDirectories) {  // ovl_parse_layer(), ovl_mount_dir_check()
  run_story(with_layers("mount m lowerdir=low:/none upperdir=up:/u workdir=up:/w -> ENOENT log~\"failed to resolve\""));
  run_story(with_layers("mount m lowerdir=low:/ upperdir=up:/none workdir=up:/w -> ENOENT"));
  run_story(with_layers("mount m lowerdir=low:/f upperdir=up:/u workdir=up:/w -> EINVAL"));
  run_story(with_layers("mount m lowerdir=low:/f/x upperdir=up:/u workdir=up:/w -> ENOTDIR"));
}

TEST(MountLayers, OneLowerAloneIsTooFew) {  // ovl_fill_super(): ovl_get_lowerstack()
  run_story(with_layers(
      "mount m lowerdir=low:/ -> EINVAL log~\"at least 2 lowerdir are needed while upperdir nonexistent\""));
}

TEST(MountUpper, MustBeWritable) {  // ovl_mount_dir_check(): "filesystem on %s is read-only"
  run_story(with_layers(R"ovl(mksquashfs img low:/
mount m lowerdir=low:/ upperdir=img:/d workdir=img:/d -> EINVAL)ovl"));
}

TEST(MountWorkdir, MustLieOnTheUppersFilesystemInAnotherSubtree) {  // ovl_get_upper(), ovl_get_workdir()
  run_story(
      with_layers("mount m lowerdir=low:/d upperdir=up:/u workdir=low:/ -> EINVAL "
                  "log~\"workdir and upperdir must reside under the same mount\""));
  run_story(
      with_layers("mount m lowerdir=low:/ upperdir=up:/u workdir=up:/u -> EINVAL "
                  "log~\"workdir and upperdir must be separate subtrees\""));
  run_story(with_layers("mkdir up:/u/in\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/u/in -> EINVAL"));
  run_story(with_layers("mkdir up:/w/in\nmount m lowerdir=low:/ upperdir=up:/w/in workdir=up:/w -> EINVAL"));
}

TEST(MountLayers, TheSameDirectoryTwiceIsALoop) {  // ovl_setup_trap(): "conflicting %s path"
  run_story(with_layers("mount m lowerdir=low:/,low:/ -> ELOOP log~\"conflicting lowerdir path\""));
  run_story(
      with_layers("mount m lowerdir=up:/u upperdir=up:/u workdir=up:/w -> ELOOP log~\"conflicting lowerdir path\""));
}

TEST(MountLayers, ALowerInsideAnotherLayerIsALoop) {  // ovl_check_layer(): "overlapping %s path"
  run_story(with_layers("mount m lowerdir=low:/d,low:/ -> ELOOP log~\"overlapping lowerdir path\""));
  run_story(with_layers("mkdir up:/u/in\nmount m lowerdir=up:/u/in upperdir=up:/u workdir=up:/w -> ELOOP"));
}

TEST(MountLayers, AnUpperInsideALowerIsAllowed) {  // ovl_check_overlapping_layers(): only lowers are checked since 5.13
  run_story(with_layers("mount m lowerdir=up:/ upperdir=up:/u workdir=up:/w -> ok"));
}

TEST(MountInUse, SharedUpperAndWorkdirOnlyWarnWithoutIndex) {  // ovl_report_in_use()
  run_story(with_layers(
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok log=none\n"
      "mount n lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok "
      "log~\"upperdir is in-use as upperdir/workdir of another mount, accessing files from both mounts will result in "
      "undefined behavior.\" log~\"workdir is in-use\""));
}

TEST(MountBusy, MountedTwiceAndUnmountedTwice) {
  run_story(with_layers(R"ovl(umount m                      -> EINVAL
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> EBUSY
umount m                      -> ok
umount m                      -> EINVAL
stat m:/                      -> ENOENT)ovl"));
}

TEST(MountBusy, OpenFilesHoldIt) {  // do_umount(): propagate_mount_busy()
  run_story(with_layers(R"ovl(mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
open m:/f h                   -> ok
umount m                      -> EBUSY
close h                       -> ok
umount m                      -> ok)ovl"));
}

TEST(MountBusy, BackingFilesystemsOfAMountCanBeReadNotChanged) {  // the scenario language: EBUSY
  run_story(with_layers(R"ovl(mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat low:/f                   -> ok
create low:/g                 -> EBUSY
unlink up:/u/f                -> EBUSY
mkfs low ext4                 -> EBUSY
mksquashfs up low:/           -> EBUSY
umount m
create low:/g                 -> ok)ovl"));
}

TEST(MountXino, NeedsFileHandlesWhenAuto) {  // ovl_lower_dir(): "falling back to xino=off"
  run_story(with_layers(R"ovl(mksquashfs img low:/ -no-exports
mount m lowerdir=img:/ upperdir=up:/u workdir=up:/w xino=auto -> ok log~"file handles, falling back to xino=off."
stat m:/                      -> dev=$ov
stat m:/f                     -> dev!=$ov)ovl"));
}

TEST(MountXino, OnKeepsTwoBitsWithoutFileHandles) {  // ovl_lower_dir(): xino_mode = -1; ovl_get_layers(): ilog2(1) + 2
  run_story(with_layers(R"ovl(mksquashfs img low:/ -no-exports
mount m lowerdir=img:/ upperdir=up:/u workdir=up:/w xino=on -> ok log~"enabled using 2 upper inode bits."
stat m:/                      -> dev=$ov
stat m:/f                     -> dev=$ov)ovl"));
}

TEST(MountWorkdir, IsUselessWithoutAnUpper) {  // ovl_fs_params_verify()
  run_story(
      with_layers("mkdir low:/e\nmount m lowerdir=low:/d,low:/e workdir=up:/w -> ok "
                  "log~\"is useless in a non-upper mount, ignore\""));
}

/// Whether the kernel has looked at the path (6.5 does as it parses the option) or not: a mount names it.
TEST(MountWorkdir, IsNotChangedWhileAMountNamesIt) {
  for (const char* const k : {"6.1", "6.18"}) {
    run_story(with_layers("mkdir low:/e\nmount m lowerdir=low:/d,low:/e workdir=up:/\ncreate up:/x -> EBUSY\n"
                          "mkfs up tmpfs -> EBUSY\numount m\ncreate up:/x\nmkfs up tmpfs"),
              *kernel_named(k));
  }
}

TEST(MountWorkdir, ItsWorkIsMadeAnewWithModeZero) {  // ovl_workdir_create(), ovl_workdir_cleanup()
  run_story(with_layers(R"ovl(mkdir up:/w/work
create up:/w/work/left
create up:/w/other
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok
stat up:/w/work               -> type=dir mode=0000
ls up:/w/work                 -> entries=""
ls up:/w                      -> entries=other,work)ovl"));
}

/// How far the number of the index directory is behind that of work/, which a mount makes and then tries its upper in.
TEST(MountWorkdir, WhatIsTriedInItTakesNumbers) {  // ovl_make_workdir(), ovl_check_rename_whiteout()
  const auto taken = [](const std::string& type, const char* k) {
    const std::string story = "mkfs low tmpfs\nmkfs up " + type +
                              "\nmkdir up:/u\nmkdir up:/w\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on -> ok\n";
    const std::uint64_t work = st_ino(run_story(story + "stat up:/w/work\n", *kernel_named(k)));
    return st_ino(run_story(story + "stat up:/w/index\n", *kernel_named(k))) - work;
  };
  for (const char* const type : {"btrfs", "tmpfs"}) {  // no number comes again
    EXPECT_EQ(taken(type, "5.5"), 2U) << type;
    EXPECT_EQ(taken(type, "5.8"), 4U) << type;
    EXPECT_EQ(taken(type, "6.18"), 4U) << type;
  }
  EXPECT_EQ(taken("ext4", "5.8"), 1U);
  EXPECT_EQ(taken("ext4", "6.18"), 2U);  // the O_TMPFILE's is held
}

TEST(MountFailed, LeavesNothingMounted) {  // ovl_fill_super(): out_err
  run_story(with_layers(R"ovl(mount m lowerdir=low:/d,low:/ upperdir=up:/u workdir=up:/w -> ELOOP
stat m:/                      -> ENOENT
create low:/g                 -> ok
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok log=none)ovl"));
}

}  // namespace
}  // namespace ovlsim::testing
