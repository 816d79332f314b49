// SPDX-License-Identifier: Apache-2.0
//
// The observer: told of every decision with the name of the rule that took it, and without any say in the answers.
#include "ovlsim/observer.hpp"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "ovlsim/random.hpp"
#include "ovlsim/run.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

constexpr std::uint64_t observed_stories = 200;

scenario observed_story(std::uint64_t index) {
  const std::uint64_t seed = story_seed(6, index);
  return random_story(seed, random_shape(seed));
}

class counting_observer : public observer {
 public:
  void decided(std::string_view rule, const decision& what) override {
    ++counts[std::string(rule)];
    kinds[std::string(rule)].insert(what.index());
  }

  std::map<std::string, std::uint64_t> counts;
  std::map<std::string, std::set<std::size_t>> kinds;  ///< which alternative of `decision` each came with
};

TEST(Observer, IsToldOfEachRuleByItsNameWithItsOwnQuestion) {
  counting_observer seen;
  for (std::uint64_t i = 0; i < observed_stories; ++i) run_on_model(observed_story(i), linux_6_18, &seen);
  std::set<std::size_t> kinds;
  for (const auto& [name, kind] : seen.kinds) {
    ASSERT_EQ(kind.size(), 1U) << name << " came with more than one question";
    EXPECT_EQ(rule_name(linux_6_18, *kind.begin()), name) << "as the question of " << decisions()[*kind.begin()].name;
    kinds.insert(kind.begin(), kind.end());
  }
  EXPECT_EQ(kinds.size(), seen.kinds.size()) << "one decision was taken by two rules";
}

TEST(Observer, SeesTheAnswersOfTheRulesItNames) {
  class checking_observer : public observer {
   public:
    void decided(std::string_view, const decision& what) override {
      if (const auto* key = std::get_if<asked<inode_key_question, inode_key_answer>>(&what)) {
        EXPECT_EQ(linux_6_18.inode_key(key->question), key->answer);
      }
      if (const auto* verify = std::get_if<asked<verify_question, verify_answer>>(&what)) {
        EXPECT_EQ(linux_6_18.verify_inode(verify->question), verify->answer);
      }
      if (const auto* follow = std::get_if<asked<follow_question, follow_answer>>(&what)) {
        EXPECT_EQ(linux_6_18.follow_origin(follow->question), follow->answer);
      }
    }
  };
  checking_observer seen;
  for (std::uint64_t i = 0; i < observed_stories; ++i) run_on_model(observed_story(i), linux_6_18, &seen);
}

TEST(Observer, NamesTheRuleThatReplacedOne) {
  kernel k = linux_6_18;
  k.inode_key = {"as-before-but-renamed", linux_6_18.inode_key.decide};
  counting_observer seen;
  for (std::uint64_t i = 0; i < observed_stories / 4; ++i) run_on_model(observed_story(i), k, &seen);
  EXPECT_GT(seen.counts["as-before-but-renamed"], 0U);
  EXPECT_EQ(seen.counts.count(std::string(linux_6_18.inode_key.name)), 0U);
}

/// What a lookup that fails leaves no trace of: which inode a name was to have, and what its origin was taken to mean.
TEST(Observer, IsToldOfLookupsThatFail) {
  class lookups : public observer {
   public:
    void decided(std::string_view, const decision&) override {}
    void followed(const origin_record& r) override { origins.push_back(r.means.ino); }
    void looked_up(const inode_record& r) override {
      names.emplace_back(r.name);
      last = r;
    }

    std::vector<ino_t64> origins;
    std::vector<std::string> names;
    inode_record last;
  };
  const parsed_scenario s = parse_scenario(R"(
mkfs build tmpfs
create build:/A "A"
mksquashfs low build:/
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
append m:/A "!"
umount m
cp -a up:/u/A up:/u/B
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
stat m:/A
stat m:/B
)",
                                           "story");
  ASSERT_TRUE(s);
  lookups seen;
  run_on_model(s.value, linux_6_18, &seen);
  EXPECT_EQ(seen.names, (std::vector<std::string>{"A", "A", "B", "B"}));  // ESTALE is tried twice
  EXPECT_EQ(seen.origins, (std::vector<ino_t64>{1, 1, 1}));
  EXPECT_EQ(seen.last.what, inode_record::result::stale);
  EXPECT_TRUE(seen.last.by_origin);
  EXPECT_EQ(seen.last.key.ino, 1U);
  EXPECT_EQ(seen.last.lower.ino, 1U);
  EXPECT_EQ(seen.last.cached_lower.ino, 1U);
  EXPECT_NE(seen.last.cached_upper, seen.last.upper);
}

TEST(Observer, ChangesNoAnswer) {
  for (std::uint64_t i = 0; i < observed_stories; ++i) {
    const scenario s = observed_story(i);
    counting_observer seen;
    ASSERT_EQ(run_on_model(s, linux_6_18, &seen), run_on_model(s, linux_6_18)) << print(s);
  }
}

}  // namespace
}  // namespace ovlsim::testing
