// SPDX-License-Identifier: Apache-2.0
//
// ovl_show_options(): the options in force after all fallbacks. `ovlsim compare --random` holds them against the live kernel's
// /proc/self/mountinfo.
#include <gtest/gtest.h>

#include "ovlsim/compare.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

/// The options that the last mount of the story shows.
std::string shown(const std::string& mount, const kernel& k = linux_6_18, std::string_view upper = "tmpfs", const std::string& before = "") {
  const std::string story = "mkfs low tmpfs\nmkfs low2 tmpfs\nmkfs fs tmpfs\nmkdir fs:/l\nmkfs up " + std::string(upper) +
                            "\nmkdir up:/u\nmkdir up:/w\nmkdir fs:/u\nmkdir fs:/w\n" + before + mount + " -> ok\n";
  const std::vector<answered> answers = run_story(story, k);
  return answers.empty() ? "no story" : answers.back().result.options.value_or("not told");
}

constexpr const char* over_low = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w";

TEST(ShowOptions, LeavesOutWhatIsTheDefault) {
  const std::string used = std::string(over_low) + "\numount m\n";  // its UUID is stored by now
  EXPECT_EQ(shown(over_low, linux_6_18, "tmpfs", used), "");
  EXPECT_EQ(shown(std::string(over_low) + " index=off nfs_export=off metacopy=off redirect_dir=follow xino=off uuid=auto", linux_6_18, "tmpfs", used),
            "");
}

TEST(ShowOptions, AnUpperWithoutAUuidGetsOne) {
  EXPECT_EQ(shown(over_low), "uuid=on");
  EXPECT_EQ(shown(over_low, linux_6_18, "tmpfs", "setxattr up:/u trusted.overlay.impure \"y\"\n"), "uuid=null");
  EXPECT_EQ(shown(over_low, linux_6_18, "tmpfs", "setxattr up:/u trusted.overlay.impure \"\"\n"), "");  // a UUID all the same
  EXPECT_EQ(shown(over_low, linux_6_18, "tmpfs", "setxattr up:/u trusted.overlay.uuid \"short\"\n"), "uuid=null");
  EXPECT_EQ(shown(std::string(over_low) + " uuid=off"), "uuid=null");
}

TEST(ShowOptions, AreThoseAfterAllFallbacks) {
  const std::string null = " uuid=null";
  EXPECT_EQ(shown(over_low + null + " metacopy=on"), "redirect_dir=on,uuid=null,metacopy=on");
  EXPECT_EQ(shown(over_low + null + " nfs_export=on"), "index=on,uuid=null,nfs_export=on");
  EXPECT_EQ(shown(over_low + null + " xino=on volatile"), "uuid=null,xino=on,volatile");
  EXPECT_EQ(shown(over_low + null + " userxattr xino=auto"), "redirect_dir=nofollow,uuid=null,xino=auto,userxattr");
  EXPECT_EQ(shown(over_low + null + " redirect_dir=off"), "uuid=null");
  EXPECT_EQ(shown("mount m lowerdir=fs:/l upperdir=fs:/u workdir=fs:/w xino=on uuid=null"), "uuid=null");
  EXPECT_EQ(shown("mount m lowerdir=low:/,low2:/ index=on uuid=on"), "ro,redirect_dir=on,uuid=null");
}

TEST(ShowOptions, AreHeldAgainstTheParametersOfTheModule) {
  const auto under = [](const std::string& parameters, const std::string& options) {
    return shown(over_low + (" uuid=null" + options), linux_6_18, "tmpfs", "module " + parameters + "\n");
  };
  EXPECT_EQ(under("metacopy=on", ""), "redirect_dir=on,uuid=null");
  EXPECT_EQ(under("metacopy=on redirect_dir=on", ""), "uuid=null");
  EXPECT_EQ(under("metacopy=on", " metacopy=off"), "uuid=null,metacopy=off");
  EXPECT_EQ(under("index=on nfs_export=on", ""), "uuid=null");
  EXPECT_EQ(under("index=on", " index=off"), "index=off,uuid=null");
  EXPECT_EQ(under("nfs_export=on", ""), "index=on,uuid=null");
  EXPECT_EQ(under("xino_auto=on", ""), "uuid=null");
  EXPECT_EQ(under("xino_auto=on", " xino=off"), "uuid=null,xino=off");
  EXPECT_EQ(under("redirect_always_follow=off", ""), "uuid=null");
  EXPECT_EQ(under("redirect_always_follow=off", " redirect_dir=off"), "uuid=null");
  EXPECT_EQ(under("redirect_always_follow=off", " redirect_dir=follow"), "redirect_dir=follow,uuid=null");
  EXPECT_EQ(under("redirect_dir=on redirect_always_follow=off", " redirect_dir=off"), "redirect_dir=nofollow,uuid=null");
}

TEST(ShowOptions, AreNotToldOfKernelsThatShowWhatWasGiven) {
  EXPECT_EQ(shown(over_low, *kernel_named("6.1")), "not told");
  EXPECT_EQ(shown(over_low, *kernel_named("6.6")), "uuid=on");
}

TEST(ShowOptions, AreHeldAgainstEachOtherWhereBothAreKnown) {
  const auto answer = [](std::optional<std::string> options) {
    answered a{1, "mount", {}};
    a.result.options = std::move(options);
    return std::vector<answered>{a};
  };
  EXPECT_TRUE(compare_runs(answer("xino=on"), answer("xino=on")).empty());
  EXPECT_TRUE(compare_runs(answer("xino=on"), answer(std::nullopt)).empty());
  EXPECT_TRUE(compare_runs(answer(std::nullopt), answer("xino=on")).empty());
  const std::vector<difference> found = compare_runs(answer("xino=on"), answer(""));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "options");
}

/// The contract's JSON has no such member; a recorded answer without it is read as before.
TEST(ShowOptions, AreInTheJsonThatIsAskedForThem) {
  answered a{7, "mount", {}};
  a.result.options = "xino=on";
  EXPECT_EQ(to_json(a), R"({"line":7,"verb":"mount","status":"ok","log":[]})");
  EXPECT_EQ(to_json(a, json_bytes::readable_with_options), R"({"line":7,"verb":"mount","status":"ok","options":"xino=on","log":[]})");
  std::string error;
  EXPECT_EQ(answered_from_json(to_json(a, json_bytes::exact), error), a);
  EXPECT_EQ(error, "");
  EXPECT_EQ(answered_from_json(to_json(a), error).result.options, std::nullopt);
  EXPECT_EQ(to_text(a.result), "ok  options=xino=on");
}

}  // namespace
}  // namespace ovlsim::testing
