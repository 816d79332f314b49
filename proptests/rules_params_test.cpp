// SPDX-License-Identifier: Apache-2.0
//
// Rules of the mount options: what they need of each other, which conflicts are errors, and what falls back
// (fs/overlayfs/params.c: ovl_fs_params_verify). Each story has run on a live kernel.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

/// What a mount of a fresh overlay with these options answers, and what it logs.
outcome mounted_with(const std::string& options, bool with_upper = true) {
  const std::string upper = with_upper ? " upperdir=up:/u workdir=up:/w" : "";
  const std::vector<answered> answers =
      run_story("mkfs low ext4\nmkdir low:/l\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmount m lowerdir=low:/,up:/" + upper + " " +
                options + "\n");
  return answers.back().result;
}

std::string log_of(const outcome& o) { return o.log.empty() ? std::string() : o.log.front(); }

TEST(Params, MetacopyNeedsRedirects) {
  EXPECT_EQ(mounted_with("metacopy=on redirect_dir=nofollow").status, errc::einval);
  EXPECT_EQ(log_of(mounted_with("metacopy=on redirect_dir=off")), "overlayfs: conflicting options: metacopy=on,redirect_dir=follow");
  EXPECT_EQ(mounted_with("metacopy=on redirect_dir=on").status, errc::ok);
  EXPECT_EQ(mounted_with("metacopy=on").status, errc::ok);
}

TEST(Params, UserxattrExcludesWhatAUserCouldForge) {
  EXPECT_EQ(log_of(mounted_with("userxattr redirect_dir=follow")), "overlayfs: conflicting options: userxattr,redirect_dir=follow");
  EXPECT_EQ(mounted_with("userxattr redirect_dir=nofollow").status, errc::ok);
  // metacopy=on has switched redirect_dir on by then, but not because it was asked for.
  EXPECT_EQ(log_of(mounted_with("userxattr metacopy=on")), "overlayfs: conflicting options: userxattr,metacopy=on");
  EXPECT_EQ(mounted_with("userxattr").status, errc::ok);
}

TEST(Params, NfsExportNeedsTheIndexAndExcludesMetacopy) {
  EXPECT_EQ(log_of(mounted_with("nfs_export=on index=off")), "overlayfs: conflicting options: nfs_export=on,index=off");
  EXPECT_EQ(log_of(mounted_with("nfs_export=on metacopy=on")), "overlayfs: conflicting options: nfs_export=on,metacopy=on");
  EXPECT_EQ(mounted_with("nfs_export=on").status, errc::ok);
  EXPECT_EQ(mounted_with("nfs_export=on metacopy=off").status, errc::ok);
}

TEST(Params, WithoutAnUpperMuchIsUseless) {
  const outcome o = mounted_with("index=on volatile uuid=on", false);
  EXPECT_EQ(o.status, errc::ok);
  EXPECT_EQ(o.log, (std::vector<std::string>{
                       "overlayfs: option \"index=on\" is useless in a non-upper mount, ignore",
                       "overlayfs: option \"volatile\" is meaningless in a non-upper mount, ignoring it.",
                       "overlayfs: option \"uuid=on\" requires an upper fs, falling back to uuid=null."}));
}

TEST(Params, WithoutALowerTheOptionsAreHeldAgainstEachOtherFirst) {
  run_story(R"(
mkfs up ext4
mkdir up:/u
mkdir up:/w
create up:/f "x"
mount m xino=on -> EINVAL log~"missing 'lowerdir'"
mount m ro -> EINVAL log~"missing 'lowerdir'"
mount m upperdir=up:/u workdir=up:/none -> ENOENT log~"failed to resolve 'up:/none': -2"
mount m upperdir=up:/f -> EINVAL log=none
mount m upperdir=up:/u nfs_export=on metacopy=on -> EINVAL log~"conflicting options"
mount m workdir=up:/w nfs_export=on -> EINVAL log~"useless in a non-upper" log~"NFS export requires" log~"missing 'lowerdir'"
mount m datadir=up:/f upperdir=up:/u -> EINVAL log=none
mount m datadir=up:/none upperdir=up:/f -> ENOENT log~"failed to resolve 'up:/none': -2"
mount m datadir=up:/ -> EINVAL log~"at least 2 lowerdir"
mount m datadir=up:/,up:/u -> EINVAL log~"at least one non-data lowerdir"
mount m datadir=up:/u upperdir=up:/u -> EINVAL log~"missing 'workdir'"
mount m datadir=up:/u upperdir=up:/u workdir=up:/u -> EINVAL log~"separate subtrees"
mount m datadir=up:/u upperdir=up:/u workdir=up:/w -> EINVAL log~"at least one non-data lowerdir"
# the workdir is made before the layers are counted
stat up:/w/work -> type=dir
stat m:/ -> ENOENT
)");
}

TEST(Params, OlderKernelsAskForALowerBeforeTheyLookForAnything) {
  const std::string made = "mkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n";
  const kernel& older = *kernel_named("6.1");
  run_story(made + "mount m upperdir=up:/none workdir=up:/w -> EINVAL log~\"missing 'lowerdir'\"\n", older);
  run_story(made + "mount m datadir=up:/u upperdir=up:/none -> EINVAL log~\"unrecognized mount option \\\"datadir+=up:/u\\\" or missing\"\n", older);
  run_story(made + "mount m datadir=up:/u upperdir=up:/none -> EINVAL log=none\n", *kernel_named("6.6"));
}

TEST(Module, ParametersAreTheDefaultsOfLaterMounts) {
  run_story(R"(
mkfs low ext4
mkdir low:/d
create low:/a "data"
mkfs up ext4
mkdir up:/u
mkdir up:/w
module metacopy=on -> ok log=none
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok log=none
# read once: what the mount does stays as it is
module metacopy=off
chmod m:/a 0600
getxattr up:/u/a trusted.overlay.metacopy -> value=""
rename m:/d m:/e -> ok
umount m
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
read m:/a -> EPERM log~"refusing to follow metacopy"
umount m
module redirect_always_follow=off
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
ls m:/e -> EPERM log~"refusing to follow redirect"
umount m
)");
}

TEST(Module, DefaultsGiveWayToWhatIsGiven) {  // ovl_fs_params_verify()
  const auto disabled = [](const std::string& parameters, const std::string& options) {
    const std::vector<answered> answers = run_story("mkfs low ext4\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmodule " + parameters +
                                                    "\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w " + options + " -> ok\n");
    return log_of(answers.back().result);
  };
  EXPECT_EQ(disabled("metacopy=on", "nfs_export=on"), "overlayfs: disabling metacopy due to nfs_export=on");
  EXPECT_EQ(disabled("metacopy=on nfs_export=on", ""), "overlayfs: disabling metacopy due to nfs_export=on");
  EXPECT_EQ(disabled("metacopy=on", "redirect_dir=off"), "overlayfs: disabling metacopy due to redirect_dir=follow");
  EXPECT_EQ(disabled("nfs_export=on", "metacopy=on"), "overlayfs: disabling nfs_export due to metacopy=on");
  EXPECT_EQ(disabled("nfs_export=on", "index=off"), "overlayfs: disabling nfs_export due to index=off");
  EXPECT_EQ(disabled("metacopy=on redirect_dir=on", "userxattr"), "");
}

TEST(Module, AParameterThatAKernelHasNotIsNoFile) {
  run_story("module redirect_dir=on metacopy=on -> ENOENT\nmodule redirect_dir=on -> ok\n", *kernel_named("4.17"));
  run_story("module index=on -> ENOENT\nmodule redirect_always_follow=off -> ENOENT\n", *kernel_named("4.12"));
  // Nothing was set.
  const std::vector<answered> answers = run_story(
      "mkfs low ext4\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmodule index=on xino_auto=on -> ENOENT\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok\nls up:/w -> entries=work\n", *kernel_named("4.16"));
  EXPECT_TRUE(answers.back().result.log.empty());
}

TEST(Params, UuidOffNeedsOneFilesystem) {  // ovl_fill_super()
  EXPECT_EQ(mounted_with("uuid=off").log, (std::vector<std::string>{"overlayfs: The uuid=off requires a single fs for lower and upper, "
                                                                    "falling back to uuid=null."}));
}

TEST(Uuid, IsStoredOnAFreshUpperUnlessItIsOff) {  // ovl_init_uuid_xattr()
  for (const char* option : {"uuid=null", "uuid=off"}) {
    SCOPED_TRACE(option);
    run_story(std::string("mkfs up ext4\nmkdir up:/l\nmkdir up:/u\nmkdir up:/w\nmount m lowerdir=up:/l upperdir=up:/u workdir=up:/w ") +
              option + "\numount m\ngetxattr up:/u trusted.overlay.uuid -> ENODATA\n");
  }
  run_story(R"ovl(mkfs up ext4
mkdir up:/l
mkdir up:/l/d
mkdir up:/u
mkdir up:/w
mount m lowerdir=up:/l upperdir=up:/u workdir=up:/w uuid=null
chmod m:/d 0700
umount m
mount m lowerdir=up:/l upperdir=up:/u workdir=up:/w
umount m
getxattr up:/u trusted.overlay.uuid  -> ENODATA                    # auto: the upper is impure, so not new
mount m lowerdir=up:/l upperdir=up:/u workdir=up:/w uuid=on
umount m
getxattr up:/u trusted.overlay.uuid  -> ok
setxattr up:/u trusted.overlay.uuid "short"
mount m lowerdir=up:/l upperdir=up:/u workdir=up:/w   -> ok log~"failed to get uuid (/u, err=5)"
umount m
setxattr up:/u trusted.overlay.uuid "much longer than it should be"
mount m lowerdir=up:/l upperdir=up:/u workdir=up:/w   -> ok log~"failed to get uuid (/u, err=-34)"
)ovl");
}

TEST(Uuid, OffIsWhatHandlesAreStoredWith) {  // ovl_origin_uuid()
  run_story(R"ovl(mkfs up ext4
mkdir up:/l
create up:/l/a "a"
stat up:/l/a                  -> ino=$a
mkdir up:/u
mkdir up:/w
mount m lowerdir=up:/l upperdir=up:/u workdir=up:/w uuid=off
append m:/a "+"
umount m
mount m lowerdir=up:/l upperdir=up:/u workdir=up:/w
stat m:/a                     -> ino!=$a
umount m
mount m lowerdir=up:/l upperdir=up:/u workdir=up:/w uuid=off
stat m:/a                     -> ino=$a
)ovl");
}

TEST(Volatile, RefusesTheNextMountUntilSomebodyRemovesTheMark) {  // ovl_create_volatile_dirty()
  run_story(R"ovl(mkfs low ext4
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w volatile -> ok
umount m
stat up:/w/work/incompat/volatile/dirty                      -> type=file mode=0000 size=0
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w          -> EINVAL log~"incompat feature 'volatile'"
unlink up:/w/work/incompat/volatile/dirty
rmdir up:/w/work/incompat/volatile
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w          -> ok
)ovl");
}

TEST(Userxattr, MarksWithUserXattrsWhereTheFilesystemTakesThem) {  // ovl_set_origin_fh(): EPERM is ignored
  run_story(R"ovl(mkfs low ext4
create low:/f "f"
symlink "f" low:/s
setxattr low:/f trusted.overlay.foo "1"
setxattr low:/f user.overlay.foo "2"
setxattr low:/f user.overlay.overlay.esc "3"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w userxattr
listxattr m:/f                -> names=trusted.overlay.foo,user.overlay.esc
getxattr m:/f user.overlay.esc -> value="3"
append m:/f "+"
touch m:/s
listxattr up:/u/f             -> names=trusted.overlay.foo,user.overlay.origin,user.overlay.overlay.esc
getxattr up:/u/s user.overlay.origin  -> ENODATA
listxattr up:/u               -> names=user.overlay.impure,user.overlay.uuid
setxattr m:/f user.overlay.bar "4"
getxattr up:/u/f user.overlay.overlay.bar -> value="4"
unlink m:/f
mkdir m:/f
getxattr up:/u/f user.overlay.opaque -> value="y"
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
