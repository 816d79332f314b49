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

// ovl_lookup() refuses metacopy xattrs, which random stories set only once there is a metacopy=on; redirects are
// always followed until there is a redirect_dir=. Until then a story of our own leads there.
constexpr std::string_view refused_metacopy = R"ovl(mkfs low ext4
mkfs up ext4
mkdir up:/u
mkdir up:/w
create low:/f
create up:/u/f
setxattr up:/u/f trusted.overlay.metacopy ""
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/f                     -> EPERM log~"refusing to follow metacopy origin for (/f)"
)ovl";

TEST(Observer, IsToldOfEveryRuleOfTheKernelByName) {
  counting_observer seen;
  for (std::uint64_t i = 0; i < observed_stories; ++i) run_on_model(observed_story(i), linux_6_18, &seen);
  run_on_model(parse_scenario(refused_metacopy, "refused").value, linux_6_18, &seen);
  const kernel& k = linux_6_18;
  const std::string_view rules[] = {k.lower_uuid.name,   k.follow_origin.name, k.origin_type.name,  k.inode_key.name,
                                    k.verify_inode.name, k.store_origin.name,  k.mkdir_opaque.name, k.xino_bits.name,
                                    k.nlink.name,        k.refuse.name};
  ASSERT_EQ(std::size(rules), std::variant_size_v<decision>);
  std::size_t place = 0;
  for (const std::string_view rule : rules) {
    const std::string name(rule);
    EXPECT_GT(seen.counts[name], 0U) << name << " was never asked";
    EXPECT_EQ(seen.kinds[name], std::set<std::size_t>{place}) << name << " came as another question";
    ++place;
  }
  EXPECT_EQ(seen.counts.size(), std::size(rules)) << "a rule that the kernel does not have";
}

TEST(Observer, StoryOfTheRefusedMetacopyHolds) {  // ovl_lookup(): ovl_check_follow_redirect()
  run_story(refused_metacopy);
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

TEST(Observer, ChangesNoAnswer) {
  for (std::uint64_t i = 0; i < observed_stories; ++i) {
    const scenario s = observed_story(i);
    counting_observer seen;
    ASSERT_EQ(run_on_model(s, linux_6_18, &seen), run_on_model(s, linux_6_18)) << print(s);
  }
}

}  // namespace
}  // namespace ovlsim::testing
