// SPDX-License-Identifier: Apache-2.0
//
// Kernels as data: each release is the one before it plus named changes, each of which some story sees. The stories are the files of
// kernels/, named after the decisions; `ovlsim compare --vm` holds them against the real kernels.
#include "ovlsim/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "ovlsim/coverage.hpp"
#include "ovlsim/run.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

scenario story_of(std::string_view decision) {
  const std::string file = OVLSIM_SOURCE_DIR "/proptests/kernels/" + std::string(decision) + ".ovl";
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  const parsed_scenario parsed = parse_scenario(text.str(), file);
  EXPECT_TRUE(stream.good() || stream.eof()) << file << ": no story for this decision";
  EXPECT_TRUE(parsed) << file;
  return parsed.value;
}

bool is_decision(std::string_view name) {
  const auto all = decisions();
  return std::any_of(all.begin(), all.end(), [&](const decision_info& d) { return d.name == name; });
}

TEST(Kernels, AreFoundByTheirNamesOldestFirst) {
  ASSERT_GE(kernel_history().size(), 2U);
  EXPECT_TRUE(kernel_history().front().changes.empty());
  EXPECT_EQ(kernel_history().back().name, "6.18");
  EXPECT_EQ(linux_6_18.name, "6.18");
  std::set<std::string_view> names;
  for (const kernel_series& s : kernel_history()) {
    EXPECT_TRUE(names.insert(s.name).second) << s.name;
    ASSERT_NE(kernel_named(s.name), nullptr);
    EXPECT_EQ(kernel_named(s.name)->name, s.name);
    EXPECT_FALSE(s.means.empty());
  }
  EXPECT_EQ(kernel_named("2.4"), nullptr);
  EXPECT_EQ(kernel_named(""), nullptr);
}

TEST(Kernels, EachChangeNamesItsDecisionOnceItsCommitAndItsMeaning) {
  for (const kernel_series& s : kernel_history()) {
    std::set<std::string_view> changed;
    for (const change& c : s.changes) {
      EXPECT_TRUE(is_decision(c.decision)) << s.name << ": " << c.decision;
      EXPECT_TRUE(changed.insert(c.decision).second) << s.name << " changes " << c.decision << " twice";
      EXPECT_FALSE(c.commit.empty()) << s.name << ": " << c.decision;
      EXPECT_FALSE(c.words.empty()) << s.name << ": " << c.decision;
    }
  }
}

/// Each change by itself, put on top of the release before it, is seen by the story of its decision.
TEST(Kernels, EachChangeIsSeenByTheStoryOfItsDecision) {
  const auto history = kernel_history();
  for (std::size_t n = 1; n < history.size(); ++n) {
    for (const change& c : history[n].changes) {
      const kernel before = *kernel_named(history[n - 1].name);
      kernel after = before;
      c.apply(after);
      const scenario story = story_of(c.decision);
      EXPECT_FALSE(run_on_model(story, before) == run_on_model(story, after)) << history[n].name << ": " << c.decision;
    }
  }
}

/// Each decision's rule is the one that its name says: a change replaces that of its decision and no other.
TEST(Kernels, AChangeReplacesTheRuleOfItsDecisionAlone) {
  const auto history = kernel_history();
  for (std::size_t n = 1; n < history.size(); ++n) {
    for (const change& c : history[n].changes) {
      const kernel& before = *kernel_named(history[n - 1].name);
      kernel after = before;
      c.apply(after);
      for (std::size_t place = 0; place < decisions().size(); ++place) {
        const bool same = rule_name(before, place) == rule_name(after, place);
        EXPECT_EQ(same, decisions()[place].name != c.decision) << history[n].name << ": " << c.decision << " and " << decisions()[place].name;
      }
    }
  }
}

/// The report of July 2020 with default options: which kernels fail, and how. Before 9df085f3c9a2 (4.20) no handle of a squashfs was stored,
/// since a888db310195 (5.8) none is followed.
TEST(Kernels, TheReportOf2020IsSeenFrom4_20To5_7) {
  const std::string_view story = R"(
    mkfs build tmpfs
    create build:/A "A v1"
    mksquashfs low build:/
    mkfs up ext4
    mkdir up:/u
    mkdir up:/w
    mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
    append m:/A "!"
    rename m:/A m:/ZA
    umount m
    create build:/B "B v2"
    rename build:/A build:/ZA
    mksquashfs low build:/
    mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
    append m:/B "!"
    umount m
    mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
    stat m:/ZA
    stat m:/B
  )";
  std::size_t failing = 0;
  for (const kernel_series& s : kernel_history()) {
    const bool fails = s.name == "5.0" || s.name == "5.4" || s.name == "5.5";
    const std::vector<answered> answers = run_story(story, *kernel_named(s.name));
    ASSERT_GE(answers.size(), 2U);
    EXPECT_EQ(answers[answers.size() - 2].result.status, errc::ok) << s.name;
    EXPECT_EQ(answers.back().result.status, fails ? errc::estale : errc::ok) << s.name;
    if (fails) ++failing;
  }
  EXPECT_EQ(failing, 3U);
}

TEST(Coverage, CountsEachAnswerAndJoins) {
  decision_coverage seen;
  EXPECT_EQ(seen.seen(), 0U);
  run_on_model(story_of("erofs_handle"), linux_6_18, &seen);
  EXPECT_GT(seen.seen(), 0U);
  EXPECT_LT(seen.seen(), seen.total());
  decision_coverage twice;
  twice.add(seen);
  twice.add(seen);
  EXPECT_EQ(twice.seen(), seen.seen());
  std::uint64_t once = 0;
  std::uint64_t joined = 0;
  for (std::size_t d = 0; d < decisions().size(); ++d) {
    for (std::size_t a = 0; a < decisions()[d].answers.size(); ++a) {
      once += seen.times(d, a);
      joined += twice.times(d, a);
    }
  }
  EXPECT_EQ(joined, 2 * once);
}

}  // namespace
}  // namespace ovlsim::testing
