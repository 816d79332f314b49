// SPDX-License-Identifier: Apache-2.0
//
// What each candidate policy does beside the collision: the state that it keeps, what it stores, what it prints. A story without a policy
// is what kernels do, and runs on the live one as well.
#include <gtest/gtest.h>

#include "kernel/uuid_rules.hpp"
#include "policy_stories.hpp"

namespace ovlsim::testing {
namespace {

const std::string layers = "mkfs build tmpfs\ncreate build:/A \"A\"\n" + squashfs + "\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n";
const std::string ext4_layers = "mkfs low ext4\ncreate low:/A \"A\"\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n";
const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w";
const std::string warning = "log~\"re-created lower detected, disabling decoding of non-dir origin.\"";

/// As kernels before 9df085f3c9a2 have it.
kernel needing_uuids() {
  kernel k = linux_6_18;
  k.can_decode = rules::handles_need_uuid;
  return k;
}

// ------------------------------------------------------------------------------------------------------ can_decode, legacy

/// A filesystem whose handles need a UUID is, without one, as one without handles: for its origins, for index, for xino's bits; as an
/// upper, too.
TEST(CanDecode, HandlesThatNeedAUuidAreNoneWithoutOne) {
  const std::string copy_up = "\nappend m:/A \"!\"\ngetxattr up:/u/A trusted.overlay.origin -> ";
  const std::string handle = "value=0x00fb1d0001000000000000000000000000000000000100000000000000\n";
  const std::string no_index = " -> ok log~\"fs on 'low:/' does not support file handles, falling back to index=off,nfs_export=off.\"";
  const std::string null_upper = "mkfs low ext4\nmkfs up ext4 uuid=00000000-0000-0000-0000-000000000000\nmkdir up:/u\nmkdir up:/w\n";
  const std::string no_upper = "-> ok log~\"upper fs does not support file handles, falling back to index=off.\"\n";
  run_story(layers + mount + copy_up + handle);
  run_story(layers + mount + " index=on -> ok log=none" + copy_up + handle);
  run_story(layers + mount + " xino=on -> log~\"using 32 upper inode bits\"\n");
  run_story(null_upper + mount + " index=on -> ok log=none\n");
  for (const kernel& k : {needing_uuids(), under("legacy")}) {
    run_story(layers + mount + copy_up + "value=\"\"\n", k);
    run_story(layers + mount + " index=on" + no_index + copy_up + "value=\"\"\n", k);
    run_story(layers + mount + " xino=on -> log~\"using 2 upper inode bits\"\n", k);
    run_story(null_upper + mount + " index=on " + no_upper, k);
  }
}

/// What is stored in full is decoded all the same: the UUIDs are equal, both null.
TEST(Legacy, FollowsTheFullOriginsThatLaterKernelsHaveStored) {
  const std::string full = "\"\\x00\\xfb\\x1d\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01"
                           "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"\n";
  const std::string story = layers + "create up:/u/A \"B\"\nsetxattr up:/u/A trusted.overlay.origin " + full + "stat low:/A -> ino=$a\n" +
                            mount + " -> ok log=none\nstat m:/A -> ino";
  run_story(story + "!=$a\n");
  run_story(story + "=$a\n", under("legacy"));
}

TEST(Legacy, AnOriginOfAnotherTypeIsEio) {
  const std::string story = "mkfs build tmpfs\ncreate build:/A \"A\"\n" + erofs + "\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + mount +
                            "\nappend m:/A \"!\"\nrename m:/A m:/B\numount m\nunlink build:/A\nmkdir build:/A\n" + erofs + "\n" + mount +
                            "\nstat m:/B -> ";
  run_story(story + "type=file log~\"invalid origin\"\n");
  run_story(story + "EIO log~\"invalid origin\"\n", under("legacy"));
}

/// Two lowers of one UUID: whichever is on top decodes the handle, be it the other's.
TEST(Legacy, OfTwoLowersWithOneUuidTheFirstIsTaken) {
  const std::string story = "mkfs build tmpfs\ncreate build:/A \"A\"\n" + erofs + "\nmkfs build2 tmpfs\ncreate build2:/B \"B\"\n"
                            "mkerofs low2 build2:/ uuid=6f6f6f6f-1111-4222-8333-444444444444\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
                            "mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w\nstat m:/A -> dev=$first\nstat m:/B -> ino=$b dev=$other\n"
                            "append m:/B \"!\"\nstat m:/B -> ino=$b dev=$other\ndrop-caches\nstat m:/B -> ";
  run_story(story + "ino!=$b\n");
  for (const char* names : {"follow", "null-uuid", "instance-stamp-mount"}) run_story(story + "ino!=$b\n", under(names));
  run_story(story + "ino=$b dev=$first\n", under("legacy"));
}

/// Two filesystems without a UUID: one is as good as the other, so that neither is trusted.
TEST(Policies, OfTwoLowersWithoutAUuidNoneIsFollowed) {
  for (const char* options : {"", " xino=on", " metacopy=on"}) {
    const std::string story = layers + "mkfs build2 tmpfs\ncreate build2:/B \"B\"\nmksquashfs low2 build2:/\n"
                              "mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w" + options +
                              "\nstat m:/B -> ino=$b\nappend m:/B \"!\"\nstat m:/B -> ino=$b\ndrop-caches\nstat m:/B -> ino!=$b\n";
    run_story(story);
    for (const policy& p : policies()) {
      SCOPED_TRACE(p.name);
      run_story(story, under(p.name));
    }
  }
}

// ----------------------------------------------------------------------------------------------------------- origin_lookup

/// What is not looked at is not read: a malformed origin is not told in the log.
TEST(OriginLookup, WhatIsNotLookedAtIsNotRead) {
  const std::string story = ext4_layers + "create up:/u/A \"B\"\nsetxattr up:/u/A trusted.overlay.origin \"none\"\n" + mount;
  const std::string read = "\nread m:/A -> data=B ";
  const std::string told = "log~\"invalid origin\"\n";
  run_story(story + read + told);
  run_story(story + read + "log=none\n", under("nofollow"));
  run_story(story + read + "log=none\n", under("xino-gated"));
  run_story(story + " xino=on" + read + told, under("xino-gated"));
  run_story(story + read + told, under("metacopy-nofollow"));
  run_story(story + " metacopy=on" + read + "log=none\n", under("metacopy-nofollow"));
}

/// What is not followed is stored all the same: under another kernel the same upper is what it was.
TEST(OriginLookup, WhatIsNotLookedAtIsStored) {
  const std::string story =
      ext4_layers + mount + "\nstat m:/A -> ino=$low\nappend m:/A \"!\"\nstat m:/A -> ino=$low\ndrop-caches\nstat m:/A -> ";
  const std::string stored = "\ngetxattr up:/u/A trusted.overlay.origin -> ok\n";
  run_story(story + "ino=$low" + stored);
  run_story(story + "ino!=$low" + stored, under("nofollow"));
}

/// All layers on one filesystem: there the price is the number of a copied-up file, too.
TEST(OriginLookup, OneFilesystemIsNoException) {
  const std::string story = "mkfs f ext4\nmkdir f:/l\ncreate f:/l/A \"A\"\nmkdir f:/u\nmkdir f:/w\n"
                            "mount m lowerdir=f:/l upperdir=f:/u workdir=f:/w";
  const std::string numbers = "\nstat m:/A -> ino=$low\nappend m:/A \"!\"\nstat m:/A -> ino=$low\ndrop-caches\nstat m:/A -> ";
  run_story(story + numbers + "ino=$low\n");
  run_story(story + numbers + "ino!=$low\n", under("nofollow"));
  run_story(story + numbers + "ino!=$low\n", under("xino-gated"));
  run_story(story + " xino=on" + numbers + "ino=$low\n", under("xino-gated"));
}

/// A file handle of an overlay without an upper is no origin: no policy about origins forbids it.
TEST(OriginLookup, HandlesOfAnOverlayWithoutAnUpperStayOpenable) {
  const std::string story =
      "mkfs a ext4\ncreate a:/A \"A\"\nmkfs b ext4\n"
      "mount m lowerdir=a:/,b:/ nfs_export=on redirect_dir=nofollow\nstat m:/A -> ino=$a\nfh m:/A h -> ok\ndrop-caches\n"
      "fhopen m h -> ino=$a\n";
  run_story(story);
  for (const policy& p : policies()) run_story(story, under(p.name));
}

// ---------------------------------------------------------------------------------------------------------- instance stamps

const std::string copied_up =
    "\nstat m:/A -> ino=$low\nappend m:/A \"!\" -> ok\ndrop-caches\nstat m:/A -> ";
const std::string again = "\numount m\n" + mount + "\nstat m:/A -> ";

TEST(InstanceStamp, AMountFollowsWhatItHasStored) {
  run_story(layers + mount + copied_up + "ino!=$low" + again + "ino!=$low\n");
  run_story(layers + mount + copied_up + "ino=$low" + again + "ino!=$low\n", under("instance-stamp-mount"));
  run_story(layers + mount + copied_up + "ino=$low" + again + "ino=$low\n", under("instance-stamp-overlay"));
}

/// That the upper is the same says nothing of the lower.
TEST(InstanceStamp, AnOverlaysStampDoesNotKnowAnotherImage) {
  const std::string story = layers + mount + "\nappend m:/A \"!\"\numount m\nunlink build:/A\ncreate build:/B \"B\"\n" + squashfs + "\n" +
                            mount + "\nstat m:/B -> ino=$b\nstat m:/A -> ";
  run_story(story + "ino!=$b\n");
  run_story(story + "ino!=$b\n", under("instance-stamp-mount"));
  run_story("mkfs build tmpfs\ncreate build:/A \"A\"\n" + squashfs + "\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + mount +
                "\nappend m:/A \"!\"\numount m\nunlink build:/A\ncreate build:/B \"B\"\n" + squashfs + "\n" + mount +
                "\nstat m:/A -> ino=$a\nread m:/B -> data=\"A!\"\nstat m:/B -> ino=$a\n",
            under("instance-stamp-overlay"));
}

TEST(InstanceStamp, IsAskedForWhateverTheOptions) {
  for (const char* options : {" xino=on", " metacopy=on", " redirect_dir=on"}) {
    const std::string with = mount + options;
    const std::string story =
        layers + with + "\nstat m:/A -> ino=$low\nappend m:/A \"!\" -> ok\numount m\n" + with + "\nstat m:/A -> ino";
    run_story(story + "=$low\n");
    run_story(story + "!=$low\n", under("instance-stamp-mount"));
  }
}

TEST(InstanceStamp, AUuidNeedsNone) {
  const std::string story = ext4_layers + mount + copied_up + "ino=$low" + again + "ino=$low\n";
  run_story(story);
  run_story(story, under("instance-stamp-mount"));
}

/// The mark is an xattr of overlayfs: hidden in the mount, and left where it is by a kernel that knows nothing of it.
TEST(InstanceStamp, IsAnXattrOfItsOwn) {
  const std::string stamp = " trusted.overlay.instance -> ";
  const std::string story = layers + mount + "\nappend m:/A \"!\"\nlistxattr m:/A -> names=\"\"\ngetxattr up:/u/A" + stamp;
  run_story(story + "ENODATA\n");
  run_story(story + "ok\ngetxattr up:/u" + stamp + "ENODATA\n", under("instance-stamp-mount"));
  run_story(story + "value=$id\ngetxattr up:/u" + stamp + "value=$id\n", under("instance-stamp-overlay"));
}

// ------------------------------------------------------------------------------------------------------------------ detect

/// The root's origin is stored at the first mount, and is that of index=on.
TEST(Detect, StoresTheOriginOfTheUpperRoot) {
  const std::string root = "\ngetxattr up:/u trusted.overlay.origin -> ";
  run_story(layers + mount + root + "ENODATA\n");
  run_story(layers + mount + " -> ok log=none" + root + "value=0x00fb1d0001000000000000000000000000000000000200000000000000\numount m\n" +
                mount + " -> ok log=none\numount m\n" + mount + " index=on -> ok log=none\n",
            under("detect"));
}

/// An image with one file more has another root: told at mount.
const std::string another_root = layers + mount + "\nappend m:/A \"!\"\numount m\ncreate build:/B \"B\"\n" + squashfs + "\n";

TEST(Detect, AnotherRootIsToldAtMount) {
  run_story(another_root + mount + " -> ok log=none\n");
  for (const char* names : {"detect", "detect-null", "detect-reval", "detect-verify"}) {
    run_story(another_root + mount + " -> ok log~\"failed to verify origin (/, ino=3, err=-116)\" " + warning + "\n", under(names));
  }
  // index=on refuses the mount, as it does; with metacopy=on the origins are compared, and that is all.
  run_story(another_root + mount + " index=on -> ESTALE log~\"failed to verify upper root origin\"\n", under("detect"));
  const kernel k = under("detect");
  const auto answers = run_story(another_root + mount + " metacopy=on -> ok log~\"failed to verify origin\"\n", k);
  EXPECT_EQ(answers.back().result.log.size(), 1U);
}

/// Two directories swap their numbers: the root is the same, the directories are not.
const std::string swapped = "mkfs build tmpfs\nmkdir build:/a\ncreate build:/a/f \"f\"\nmkdir build:/b\ncreate build:/c \"c\"\n" + squashfs +
                            "\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + mount +
                            " xino=on\nstat m:/c -> ino=$c\nappend m:/c \"!\"\nchmod m:/b 0700\nstat m:/b -> ino=$b\numount m\n"
                            "rename build:/a/f build:/b/f\n" + squashfs + "\n" + mount + " xino=on -> ok";

/// What is looked up before the directory that tells is followed, and stays in the cache.
TEST(Detect, ADirectoryIsToldWhenItIsLookedUp) {
  const std::string early = "\nstat m:/c -> ino=$c\nstat m:/b -> ok ";
  const std::string late = "\nstat m:/c -> ino=$c\ndrop-caches\nstat m:/c -> ";
  const std::string told = "log~\"failed to verify origin (/b, ino=2, err=-116)\" " + warning;
  run_story(swapped + early + "log=none" + late + "ino=$c\n");
  run_story(swapped + early + told + late + "ino!=$c\n", under("detect"));
  run_story(swapped + "\nstat m:/b -> ok " + told + "\nstat m:/c -> ino!=$c\n", under("detect"));
}

TEST(Detect, RevalDropsWhatWasCachedBefore) {
  const std::string story = swapped + "\nstat m:/c -> ino=$c\nstat m:/b -> ok\nstat m:/c -> ";
  run_story(story + "ino=$c\n");
  run_story(story + "ino=$c\n", under("detect"));
  run_story(story + "ino!=$c nlink=1 size=2\nread m:/c -> data=c!\n", under("detect-reval"));
}

/// An open file keeps the overlay inode that it has; the name gets another.
TEST(Detect, RevalLeavesOpenFilesAlone) {
  run_story(swapped + "\nopen m:/c h\nstat m:/b -> ok\nfstat h -> ino=$c\nstat m:/c -> ino!=$c\nfstat h -> ino=$c\nfread h -> data=c!\n"
                      "append m:/c \"?\"\nfread h -> data=\"c!?\"\nclose h\nstat m:/c -> ino!=$c size=3\n",
            under("detect-reval"));
}

TEST(Detect, RevalCostsTheNumberOfWhatIsCopiedUpAfterwards) {
  const std::string story = swapped + "\nstat m:/b -> ok\nstat m:/b/f -> ino=$f\nappend m:/b/f \"!\"\nstat m:/b/f -> ";
  run_story(story + "ino=$f\n");
  run_story(story + "ino=$f\n", under("detect"));
  run_story(story + "ino!=$f\n", under("detect-reval"));
}

TEST(Detect, NullStoresEmptyOriginsFromThenOn) {
  const std::string story = another_root + mount + " -> ok\nappend m:/B \"!\"\ngetxattr up:/u/B trusted.overlay.origin -> ";
  run_story(story + "value=0x00fb1d0001000000000000000000000000000000000200000000000000\n");
  run_story(story + "value=0x00fb1d0001000000000000000000000000000000000200000000000000\n", under("detect"));
  run_story(story + "value=\"\"\n", under("detect-null"));
}

/// An empty origin verifies no directory: the next mount, too, finds a reason to look at none.
TEST(Detect, AnEmptyOriginOfADirectoryIsAReason) {
  run_story(ext4_layers + "mkdir up:/u/d\nmkdir low:/d\nsetxattr up:/u/d trusted.overlay.origin \"\"\n" + mount +
                " -> log=none\nstat m:/d -> ok log~\"err=-61\" " + warning + "\n",
            under("detect"));
}

/// What cannot be decoded is not compared.
TEST(Detect, ALowerWithoutHandlesIsNotAskedAbout) {
  run_story("mkfs build tmpfs\nmkdir build:/d\nmksquashfs low build:/ -no-exports\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + mount +
                " -> log=none\nchmod m:/d 0700\ndrop-caches\nstat m:/d -> ok log=none\ngetxattr up:/u trusted.overlay.origin -> ENODATA\n",
            under("detect"));
}

/// The state is the mount's: the next begins anew.
TEST(Detect, EndsWithTheMount) {
  run_story(ext4_layers + "mkdir low:/d\n" + mount + "\nchmod m:/d 0700\nappend m:/A \"!\"\nstat m:/A -> ino=$a\numount m\n"
                "rmdir low:/d\nmkdir low:/d\n" + mount + " -> log=none\nstat m:/d -> " + warning +
                "\nstat m:/A -> ino!=$a\numount m\n" + mount + " -> log=none\nstat m:/A -> ino=$a\n",
            under("detect"));
}

// ----------------------------------------------------------------------------------------------------------------- conflicts

/// Two uppers with one origin, and a lower that it is.
const std::string conflict =
    "mkfs build tmpfs\ncreate build:/A \"A v1\"\n" + erofs + "\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + mount +
    "\nappend m:/A \"!\"\nrename m:/A m:/ZA\numount m\ncreate build:/B \"B v2\"\nrename build:/A build:/ZA\n" + erofs + "\n" + mount + "\n";
const std::string conflict_line = "log~\"upper inode conflict detected, disabling decoding of non-dir origin.\"";

TEST(Conflict, OffGivesTheSecondAnInodeOfItsOwn) {
  const std::string story = conflict + "append m:/B \"!\"\numount m\n" + mount + "\nstat m:/ZA -> ino=$za\nread m:/ZA -> data=\"A v1!\"\n";
  run_story(story + "stat m:/B -> " + stale_lookup + "\n");
  run_story(story + "stat m:/B -> ino!=$za " + conflict_line + "\nread m:/B -> data=\"B v2!\"\nread m:/ZA -> data=\"A v1!\"\n"
                    "stat m:/ZA -> ino=$za\ndrop-caches\nstat m:/ZA -> ino!=$za log=none\nstat m:/B -> ino!=$za log=none\n",
            under("conflict-off"));
}

/// The lower is looked up first: then the file that claims it as its origin is the second.
TEST(Conflict, OffSeesALowerThatIsCachedToo) {
  const std::string story = conflict + "stat m:/B -> ino=$b\nstat m:/ZA -> ";
  run_story(story + stale_lookup + "\n");
  run_story(story + "ino!=$b " + conflict_line + "\nread m:/B -> data=\"B v2\"\n", under("conflict-off"));
}

/// In the other order nothing is seen, by no policy that waits for a conflict: B is A.
TEST(Conflict, TheSilentOneIsSeenByNone) {
  const std::string story = conflict + "stat m:/ZA -> ino=$za\nread m:/B -> data=\"A v1!\" log=none\nstat m:/B -> ino=$za\n";
  run_story(story);
  run_story(story, under("conflict-off"));
  run_story(story, under("detect-verify"));
}

/// A metacopy that comes second has its lower by its path: it keeps that, and its data.
TEST(Conflict, OffKeepsTheDataOfAMetacopy) {
  const std::string with = mount + " metacopy=on";
  const std::string story =
      "mkfs build tmpfs\ncreate build:/A \"A v1\"\n" + erofs + "\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + with +
      "\nappend m:/A \"!\"\nrename m:/A m:/ZA\numount m\ncreate build:/B \"B v2\"\nrename build:/A build:/ZA\n" + erofs + "\n" + with +
      "\nchmod m:/B 0600\numount m\n" + with + "\nstat m:/ZA -> ino=$za\nstat m:/B -> ";
  run_story(story + stale_lookup + "\n");
  run_story(story + "ino!=$za mode=0600 " + conflict_line + "\nread m:/B -> data=\"B v2\"\nappend m:/B \"?\"\nread m:/B -> data=\"B v2?\"\n"
                    "read m:/ZA -> data=\"A v1!\"\n",
            under("conflict-off"));
}

/// Two directories with one lower are no matter of non-directories' origins.
TEST(Conflict, DirectoriesStayStale) {
  const std::string with = mount + " redirect_dir=on";
  const std::string story = "mkfs low ext4\nmkdir low:/d\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + with +
                            "\nrename m:/d m:/e\numount m\ncp -a up:/u/e up:/u/f\n" + with + "\nstat m:/e -> ok\nstat m:/f -> " + stale_lookup +
                            "\n";
  run_story(story);
  run_story(story, under("conflict-off"));
  run_story(story, under("detect-verify"));
}

TEST(Conflict, VerifyLetsTheSecondTrySucceed) {
  const std::string story = conflict + "append m:/B \"!\"\numount m\n" + mount + "\nstat m:/ZA -> ino=$za\nstat m:/B -> ";
  run_story(story + stale_lookup + "\n");
  const auto answers = run_story(story + "ino!=$za log~\"failed to get inode (-116)\" " + conflict_line + "\n", under("detect-verify"));
  EXPECT_EQ(answers.back().result.log.size(), 2U);
}

}  // namespace
}  // namespace ovlsim::testing
