// SPDX-License-Identifier: Apache-2.0
//
// Two kernels side by side: what is found is held against compare_runs() on the same stories, and so is what is not.
#include "ovlsim/distinguish.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>

#include "ovlsim/compare.hpp"
#include "ovlsim/policy.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::testing {
namespace {

scope shipped(std::string_view name, std::initializer_list<std::string_view> options = {}) {
  parsed_scope parsed = parse_scope(shipped_scope_named(name).value(), std::string(name));
  EXPECT_TRUE(parsed) << name;
  for (const std::string_view option : options) EXPECT_EQ(with_mount_option(parsed.value, option), "");
  return std::move(parsed.value);
}

kernel under(std::string_view names) { return *with_policies(linux_6_18, names).value; }

distinction told_apart_by(const scope& s, const kernel& left, const kernel& right, const explore_limits& limits = {}) {
  EXPECT_EQ(cannot_explore(s, left), "");
  EXPECT_EQ(cannot_explore(s, right), "");
  distinction d = distinguish(s, left, right, limits);
  EXPECT_EQ(d.cannot, "");
  return d;
}

scenario story_of(const scope& s, const std::vector<std::uint32_t>& moves) {
  scenario story;
  const auto add = [&](const command& c) {
    scenario_line l;
    l.number = static_cast<int>(story.lines.size()) + 1;
    l.has_command = true;
    l.what = c;
    story.lines.push_back(l);
  };
  for (const command& c : s.setup) add(c);
  for (const std::uint32_t m : moves) {
    for (const command& c : s.moves[m].commands) add(c);
  }
  return story;
}

/// Whether compare_runs() finds the two different, either one being the model.
bool differ(const scenario& story, const kernel& left, const kernel& right) {
  const std::vector<answered> l = run_on_model(story, left);
  const std::vector<answered> r = run_on_model(story, right);
  return !compare_runs(l, r).empty() || !compare_runs(r, l).empty();
}

struct two {
  std::string scope;
  std::string option;
  std::string left;
  std::string right;
};
const std::vector<two> apart = {
    {"squashfs", "", "follow", "nofollow"},     {"squashfs", "xino=on", "merged", "nofollow"}, {"erofs", "", "legacy", "nofollow"},
    {"metacopy", "", "merged", "conflict-off"}, {"copied-upper", "", "nofollow", "merged"},    {"null-uuid", "", "follow", "merged"},
    {"ext4-clone", "", "legacy", "xino-gated"}, {"nfs-export", "", "legacy", "merged"},        {"squashfs", "", "detect-verify", "legacy"},
    {"ext4", "", "legacy", "nofollow"},
};
const std::vector<two> alike = {
    {"ext4-image", "", "detect", "detect-null"},
    {"null-uuid", "", "merged", "null-uuid"},
    {"squashfs", "", "merged", "null-uuid"},
};

scope scope_of(const two& t) {
  return t.option.empty() ? shipped(t.scope) : shipped(t.scope, {t.option});
}

TEST(Distinguish, AStoryIsToldAsTheFirstAnswersAndTheOtherAnswersOtherwise) {
  for (const two& t : apart) {
    SCOPED_TRACE(t.scope + " " + t.option + ": " + t.left + " and " + t.right);
    const distinction d = told_apart_by(scope_of(t), under(t.left), under(t.right));
    ASSERT_TRUE(d.found);
    EXPECT_EQ(d.end, explore_end::all_broken);
    const scenario& story = d.found->story;
    EXPECT_TRUE(check_expectations(story, run_on_model(story, under(t.left))).empty()) << print(story);
    EXPECT_TRUE(differ(story, under(t.left), under(t.right))) << print(story);
    EXPECT_FALSE(check_expectations(story, run_on_model(story, under(t.right))).empty()) << print(story);
    EXPECT_TRUE(parse_scenario(print(story), "again")) << print(story);
    EXPECT_NE(d.found->left, d.found->right);
  }
}

/// All sequences of fewer moves, up to so many that it takes no time.
TEST(Distinguish, NoShorterStoryTellsThemApart) {
  for (const two& t : apart) {
    SCOPED_TRACE(t.scope + " " + t.option + ": " + t.left + " and " + t.right);
    const scope s = scope_of(t);
    const distinction d = told_apart_by(s, under(t.left), under(t.right));
    constexpr std::size_t most = 3;
    ASSERT_TRUE(d.found);
    if (d.found->moves.empty()) continue;
    const std::size_t length = std::min(most, d.found->moves.size() - 1);
    std::vector<std::uint32_t> moves(length, 0);
    for (bool more = true; more;) {
      ASSERT_FALSE(differ(story_of(s, moves), under(t.left), under(t.right))) << print(story_of(s, moves));
      more = false;
      for (std::uint32_t& m : moves) {
        if (++m < s.moves.size()) {
          more = true;
          break;
        }
        m = 0;
      }
    }
  }
}

/// Where the search says that none exists, long random ones find none.
TEST(Distinguish, WhereNoneExistsRandomStoriesFindNone) {
  std::mt19937 random(1);
  for (const two& t : alike) {
    SCOPED_TRACE(t.scope + " " + t.option + ": " + t.left + " and " + t.right);
    const scope s = scope_of(t);
    const distinction d = told_apart_by(s, under(t.left), under(t.right));
    EXPECT_FALSE(d.found);
    EXPECT_EQ(d.end, explore_end::closed);
    for (int n = 0; n < 300; ++n) {
      std::vector<std::uint32_t> moves(25);
      for (std::uint32_t& m : moves) m = static_cast<std::uint32_t>(random() % s.moves.size());
      ASSERT_FALSE(differ(story_of(s, moves), under(t.left), under(t.right))) << print(story_of(s, moves));
    }
  }
}

TEST(Distinguish, AKernelIsLikeItself) {
  for (const std::string_view name : {"ext4-clone", "ext4-image", "nfs-export", "null-uuid"}) {
    const scope s = shipped(name);
    const distinction d = told_apart_by(s, linux_6_18, linux_6_18);
    EXPECT_FALSE(d.found) << s.name;
    EXPECT_EQ(d.end, explore_end::closed) << s.name;
    EXPECT_GE(d.reached.states, explore(s, linux_6_18, {}).reached.states) << s.name;
  }
}

TEST(Distinguish, DepthAndMemoryEndIt) {
  explore_limits limits;
  limits.depth = 2;
  const distinction shallow = told_apart_by(shipped("squashfs"), under("follow"), under("nofollow"), limits);
  EXPECT_EQ(shallow.end, explore_end::depth);
  EXPECT_EQ(shallow.reached.depth, 2U);
  EXPECT_FALSE(shallow.found);
  limits = {};
  limits.memory = 1;
  EXPECT_EQ(told_apart_by(shipped("squashfs"), linux_6_18, linux_6_18, limits).end, explore_end::memory);
  std::atomic<bool> stop{true};
  limits = {};
  limits.stop = &stop;
  EXPECT_EQ(told_apart_by(shipped("squashfs"), linux_6_18, linux_6_18, limits).end, explore_end::interrupted);
}

/// A number that one of two names keeps is another's by the second kernel: the renaming must hold over the whole story.
TEST(Distinguish, NumbersAreHeldAgainstThoseOfEarlierMoves) {
  const scope s = shipped("copied-upper");
  const distinction d = told_apart_by(s, under("nofollow"), under("merged"));
  ASSERT_TRUE(d.found);
  EXPECT_TRUE(d.found->what == "ino" || d.found->what == "dev" || d.found->what == "entries") << d.found->what;
}

TEST(Distinguish, WhatIsRenamedIsNoAnswer) {
  const parsed_scope s = parse_scope(
      "mkfs a ext4\ncreate a:/A \"A\"\nmkfs b ext4\nmkdir b:/u\nmkdir b:/w\nmount m lowerdir=a:/ upperdir=b:/u workdir=b:/w\nchmod m:/A 0600\nmoves\n"
      "getxattr b:/u/A trusted.overlay.origin\n",
      "x");
  ASSERT_TRUE(s);
  EXPECT_NE(distinguish(s.value, linux_6_18, linux_6_18).cannot, "");
}

}  // namespace
}  // namespace ovlsim::testing
