// SPDX-License-Identifier: Apache-2.0
//
// Candidate policies: each replaces the rule that it names, over any kernel, and the collision goes as its author meant.
#include "ovlsim/policy.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "kernel/uuid_rules.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

kernel under(std::string_view names, const kernel& base = linux_6_18) {
  const policy_result made = with_policies(base, names);
  EXPECT_TRUE(made.value) << names << ": " << made.error;
  return made.value.value_or(base);
}

/// A squashfs or erofs is replaced under a kept upper, whose two files then have stored the same origin; `options` are those of each
/// mount, `make` makes the image, `last` is the lookup of the second of them.
std::string collision(const std::string& make, const std::string& options, const std::string& last) {
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w" + options + "\n";
  return "mkfs build tmpfs\ncreate build:/A \"A v1\"\n" + make + "\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n" + mount +
         "append m:/A \"!\"\nrename m:/A m:/ZA\numount m\ncreate build:/B \"B v2\"\nrename build:/A build:/ZA\n" + make + "\n" + mount +
         "append m:/B \"!\" -> ok\numount m\n" + mount + "stat m:/ZA -> ok\nstat m:/B -> " + last + "\n";
}

const std::string squashfs = "mksquashfs low build:/";
const std::string erofs = "mkerofs low build:/ uuid=6f6f6f6f-1111-4222-8333-444444444444";
const std::string stale = "ESTALE log~\"failed to get inode (-116)\"";

TEST(Policies, AreFoundByTheirNamesAndSayWhatTheyChange) {
  std::set<std::string_view> names;
  for (const policy& p : policies()) {
    EXPECT_TRUE(names.insert(p.name).second) << p.name;
    EXPECT_EQ(policy_named(p.name), &p);
    EXPECT_FALSE(p.words.empty()) << p.name;
    EXPECT_FALSE(p.proposed.empty()) << p.name;
  }
  EXPECT_EQ(policy_named(""), nullptr);
}

TEST(Policies, ReplaceTheRuleOfTheirDecisionAlone) {
  for (const kernel_series& s : kernel_history()) {
    const kernel& before = *kernel_named(s.name);
    for (const policy& p : policies()) {
      const kernel after = under(p.name, before);
      EXPECT_EQ(after.name, before.name);
      for (std::size_t place = 0; place < decisions().size(); ++place) {
        const bool same = rule_name(before, place) == rule_name(after, place);
        EXPECT_EQ(same, decisions()[place].name != p.decision) << s.name << ", " << p.name << ": " << decisions()[place].name;
      }
    }
  }
}

TEST(Policies, CombineWhereTheyReplaceDifferentRules) {
  const kernel both = under("follow+metacopy-nofollow");
  EXPECT_EQ(both.lower_uuid.name, under("follow").lower_uuid.name);
  EXPECT_EQ(both.origin_lookup.name, under("metacopy-nofollow").origin_lookup.name);
  EXPECT_EQ(with_policies(linux_6_18, "nofollow+xino-gated").error,
            "the policies `nofollow` and `xino-gated` both replace the rule of origin_lookup, so only one of them can be in force");
  EXPECT_FALSE(with_policies(linux_6_18, "follow+follow").value);
}

TEST(Policies, AnUnknownNameIsAnError) {
  EXPECT_EQ(with_policies(linux_6_18, "hope").error, "no policy `hope`");
  EXPECT_EQ(with_policies(linux_6_18, "follow+").error, "no policy ``");
  EXPECT_FALSE(with_policies(linux_6_18, "").value);
}

TEST(Policies, FollowIsTheRegressionInTheDefaultConfiguration) {
  run_story(collision(squashfs, "", "ok"));
  run_story(collision(squashfs, "", stale), under("follow"));
}

TEST(Policies, NullUuidTakesNeitherXinoNorMetacopyForAnOptIn) {
  for (const char* options : {" xino=on", " metacopy=on"}) {
    run_story(collision(squashfs, options, stale));
    run_story(collision(squashfs, options, "ok"), under("null-uuid"));
  }
  run_story(collision(erofs, "", stale), under("null-uuid"));  // that has a UUID
}

TEST(Policies, NofollowFollowsNothingWithoutIndex) {
  for (const std::string& make : {squashfs, erofs}) {
    for (const char* options : {"", " xino=on", " metacopy=on", " redirect_dir=on"}) {
      run_story(collision(make, options, "ok"), under("nofollow"));
    }
  }
  run_story(collision(erofs, " index=on", stale), under("nofollow"));
}

TEST(Policies, XinoGatedFollowsWhereItWasAskedFor) {
  run_story(collision(erofs, "", stale));
  run_story(collision(erofs, "", "ok"), under("xino-gated"));
  run_story(collision(erofs, " redirect_dir=on", "ok"), under("xino-gated"));
  for (const char* options : {" xino=on", " xino=auto", " metacopy=on", " index=on"}) {
    run_story(collision(erofs, options, stale), under("xino-gated"));
  }
}

TEST(Policies, MetacopyNofollowChangesMetacopyWithoutIndexAlone) {
  run_story(collision(erofs, " metacopy=on", stale));
  run_story(collision(erofs, " metacopy=on", "ok"), under("metacopy-nofollow"));
  run_story(collision(erofs, "", stale), under("metacopy-nofollow"));
  run_story(collision(erofs, " metacopy=on index=on", stale), under("metacopy-nofollow"));
}

/// What is not followed is stored all the same: under another kernel the same upper is what it was.
TEST(Policies, NofollowStoresOrigins) {
  const std::string story =
      "mkfs low ext4\ncreate low:/A \"A\"\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nstat m:/A -> ino=$low\nappend m:/A \"!\"\nstat m:/A -> ino=$low\n"
      "drop-caches\nstat m:/A -> ";
  const std::string stored = "\ngetxattr up:/u/A trusted.overlay.origin -> ok\n";
  run_story(story + "ino=$low" + stored);
  run_story(story + "ino!=$low" + stored, under("nofollow"));
}

/// A file handle of an overlay without an upper is no origin: no policy about origins forbids it.
TEST(Policies, HandlesOfAnOverlayWithoutAnUpperStayOpenable) {
  const std::string story =
      "mkfs a ext4\ncreate a:/A \"A\"\nmkfs b ext4\n"
      "mount m lowerdir=a:/,b:/ nfs_export=on redirect_dir=nofollow\nstat m:/A -> ino=$a\nfh m:/A h -> ok\ndrop-caches\n"
      "fhopen m h -> ino=$a\n";
  run_story(story);
  for (const policy& p : policies()) run_story(story, under(p.name));
}

/// A filesystem whose handles need a UUID is, without one, as one without handles: for its origins, for index, for xino's bits; as an
/// upper, too.
TEST(CanDecode, HandlesThatNeedAUuidAreNoneWithoutOne) {
  kernel k = linux_6_18;
  k.can_decode = rules::handles_need_uuid;
  const std::string lower = "mkfs build tmpfs\ncreate build:/A \"A\"\nmksquashfs low build:/\n";
  const std::string upper = "mkfs up ext4\nmkdir up:/u\nmkdir up:/w\n";
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w";
  const std::string copy_up = "\nappend m:/A \"!\"\ngetxattr up:/u/A trusted.overlay.origin -> ";
  const std::string handle = "value=0x00fb1d0001000000000000000000000000000000000100000000000000\n";
  run_story(lower + upper + mount + copy_up + handle);
  run_story(lower + upper + mount + copy_up + "value=\"\"\n", k);
  const std::string no_index = " -> ok log~\"fs on 'low:/' does not support file handles, falling back to index=off,nfs_export=off.\"";
  run_story(lower + upper + mount + " index=on -> ok log=none" + copy_up + handle);
  run_story(lower + upper + mount + " index=on" + no_index + copy_up + "value=\"\"\n", k);
  run_story(lower + upper + mount + " xino=on -> log~\"using 32 upper inode bits\"\n");
  run_story(lower + upper + mount + " xino=on -> log~\"using 2 upper inode bits\"\n", k);
  const std::string null_upper = "mkfs low ext4\nmkfs up ext4 uuid=00000000-0000-0000-0000-000000000000\nmkdir up:/u\nmkdir up:/w\n";
  run_story(null_upper + mount + " index=on -> ok log=none\n");
  run_story(null_upper + mount + " index=on -> ok log~\"upper fs does not support file handles, falling back to index=off.\"\n", k);
}

/// What is stored in full is decoded all the same: the UUIDs are equal, both null.
TEST(CanDecode, AStoredHandleIsDecodedWithoutBeingAskedAbout) {
  kernel k = linux_6_18;
  k.can_decode = rules::handles_need_uuid;
  run_story("mkfs build tmpfs\ncreate build:/A \"A\"\nmksquashfs low build:/\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
            "create up:/u/A \"B\"\n"
            "setxattr up:/u/A trusted.overlay.origin \"\\x00\\xfb\\x1d\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
            "\\x00\\x00\\x00\\x00\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"\n"
            "stat low:/A -> ino=$a\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w redirect_dir=on\nstat m:/A -> ino=$a\n", k);
}

/// What is not looked at is not read: a malformed origin is not told in the log.
TEST(OriginLookup, WhatIsNotLookedAtIsNotRead) {
  const std::string story =
      "mkfs low ext4\ncreate low:/A \"A\"\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\ncreate up:/u/A \"B\"\n"
      "setxattr up:/u/A trusted.overlay.origin \"none\"\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nread m:/A -> data=B ";
  run_story(story + "log~\"invalid origin\"\n");
  run_story(story + "log=none\n", under("nofollow"));
}

}  // namespace
}  // namespace ovlsim::testing
