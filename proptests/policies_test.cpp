// SPDX-License-Identifier: Apache-2.0
//
// Candidate policies: found by name, combined, put over any kernel. What the stories of the thread come to under each.
#include "ovlsim/policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "policy_stories.hpp"

namespace ovlsim::testing {
namespace {

bool lists(const policy& p, std::string_view decision) {
  return (" " + std::string(p.decisions) + " ").find(" " + std::string(decision) + " ") != std::string::npos;
}

TEST(Policies, AreFoundByTheirNamesAndSayWhatTheyChange) {
  std::set<std::string_view> names;
  for (const policy& p : policies()) {
    EXPECT_TRUE(names.insert(p.name).second) << p.name;
    EXPECT_EQ(policy_named(p.name), &p);
    EXPECT_FALSE(p.words.empty()) << p.name;
    EXPECT_FALSE(p.proposed.empty()) << p.name;
  }
  for (const procedure& p : procedures()) {
    EXPECT_TRUE(names.insert(p.name).second) << p.name;
    EXPECT_EQ(policy_named(p.name), nullptr);
  }
  EXPECT_EQ(policy_named(""), nullptr);
}

/// `merged` is what kernels since 5.8 do; `legacy` finds one of its rules in those before 5.15.
TEST(Policies, ReplaceTheRulesOfTheirDecisionsAlone) {
  for (const kernel_series& s : kernel_history()) {
    const kernel& before = *kernel_named(s.name);
    for (const policy& p : policies()) {
      const kernel after = under(p.name, before);
      EXPECT_EQ(after.name, before.name);
      std::size_t replaced = 0;
      for (std::size_t place = 0; place < decisions().size(); ++place) {
        if (rule_name(before, place) == rule_name(after, place)) continue;
        ++replaced;
        EXPECT_TRUE(lists(p, decisions()[place].name)) << s.name << ", " << p.name << ": " << decisions()[place].name;
      }
      EXPECT_EQ(replaced == 0, p.name == "merged") << s.name << ", " << p.name;
    }
  }
}

TEST(Policies, MergedIsTheRuleThatKernelsSince58Have) {
  kernel older = *kernel_named("5.8");
  EXPECT_EQ(under("merged", older).lower_uuid.name, older.lower_uuid.name);
  EXPECT_EQ(under("merged").lower_uuid.name, linux_6_18.lower_uuid.name);
  const std::string_view rule = older.lower_uuid.name;
  older = under("follow", older);  // as before a888db310195
  EXPECT_NE(older.lower_uuid.name, rule);
  EXPECT_EQ(under("merged", older).lower_uuid.name, rule);
}

TEST(Policies, CombineWhereTheyHaveNoDifferentRules) {
  const kernel both = under("follow+metacopy-nofollow");
  EXPECT_EQ(both.lower_uuid.name, under("follow").lower_uuid.name);
  EXPECT_EQ(both.origin_lookup.name, under("metacopy-nofollow").origin_lookup.name);
  EXPECT_EQ(with_policies(linux_6_18, "nofollow+xino-gated").error,
            "the policies `nofollow` and `xino-gated` have different rules for origin_lookup, so only one of them can be in force");
  const kernel all = under("detect-null+detect-reval+detect-verify");
  EXPECT_EQ(all.dir_origin_check.name, under("detect").dir_origin_check.name);
  EXPECT_EQ(all.store_origin.name, under("detect-null").store_origin.name);
  EXPECT_EQ(all.revalidate.name, under("detect-reval").revalidate.name);
  EXPECT_EQ(all.origin_conflict.name, under("detect-verify").origin_conflict.name);
  EXPECT_FALSE(with_policies(linux_6_18, "detect-verify+conflict-off").value);
  EXPECT_FALSE(with_policies(linux_6_18, "follow+merged").value);
  EXPECT_EQ(with_policies(linux_6_18, "follow+follow").error, "the policy `follow` is named twice");
}

TEST(Policies, ANameThatIsNoneIsAnError) {
  EXPECT_EQ(with_policies(linux_6_18, "hope").error, "no policy `hope`");
  EXPECT_EQ(with_policies(linux_6_18, "rotate-upper").error, "no policy `rotate-upper`");
  EXPECT_EQ(with_policies(linux_6_18, "").error, "no policy is named");
  for (const char* names : {"follow+", "+follow", "follow++nofollow", "+"}) {
    EXPECT_EQ(with_policies(linux_6_18, names).error, "`" + std::string(names) + "` has a + without a policy beside it");
  }
}

/// Each decision that a policy takes otherwise has a story that sees it, in kernels/.
TEST(Policies, EachIsSeenByTheStoriesOfItsDecisions) {
  for (const policy& p : policies()) {
    if (p.name == "merged") continue;
    for (const decision_info& d : decisions()) {
      if (!lists(p, d.name)) continue;
      const std::string file = OVLSIM_SOURCE_DIR "/proptests/kernels/" + std::string(d.name) + ".ovl";
      std::stringstream text;
      text << std::ifstream(file).rdbuf();
      const parsed_scenario story = parse_scenario(text.str(), file);
      ASSERT_TRUE(story) << file;
      EXPECT_TRUE(check_expectations(story.value, run_on_model(story.value, linux_6_18)).empty()) << file;
      EXPECT_FALSE(run_on_model(story.value, linux_6_18) == run_on_model(story.value, under(p.name))) << p.name << ": " << file;
    }
  }
}

constexpr policy own[] = {
    {"never", "origin_lookup",
     [](kernel& k) { k.origin_lookup = {"never", [](const origin_lookup_question&) { return origin_lookup_answer::ignore; }}; },
     "no origin is followed", "this test"},
    {"more-than-it-says", "origin_lookup", [](kernel& k) { k.nlink = {"real", [](const nlink_question&) { return nlink_answer::real; }}; },
     "", ""},
};

TEST(Policies, AProgramHasItsOwnBesideThem) {
  EXPECT_EQ(policy_named("never"), nullptr);
  EXPECT_EQ(policy_named("never", own), &own[0]);
  EXPECT_EQ(policy_named("follow", own), policy_named("follow"));
  EXPECT_EQ(with_policies(linux_6_18, "never+follow", own).value->origin_lookup.name, "never");
  EXPECT_FALSE(with_policies(linux_6_18, "never+nofollow", own).value);
  EXPECT_EQ(with_policies(linux_6_18, "more-than-it-says", own).error,
            "the policy `more-than-it-says` replaces the rule of nlink, which is not among its decisions");
}

// ------------------------------------------------------------------------------------------------- the thread's collision

/// The second lookup, of the two files that have stored the same origin.
enum class second { ok, stale };

struct story_result {
  const char* options;
  second squashfs;
  second erofs;
};

/// A policy and what becomes of the collision: squashfs has no UUID, the erofs is made with the same one twice.
struct collisions {
  const char* policy;
  std::array<story_result, 4> with;
};

constexpr second ok = second::ok;
constexpr second stale = second::stale;

constexpr collisions table[] = {
    {"", {{{"", ok, stale}, {" xino=on", stale, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", stale, stale}}}},
    {"legacy", {{{"", ok, stale}, {" xino=on", ok, stale}, {" metacopy=on", ok, stale}, {" redirect_dir=on", ok, stale}}}},
    {"follow", {{{"", stale, stale}, {" xino=on", stale, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", stale, stale}}}},
    {"null-uuid", {{{"", ok, stale}, {" xino=on", ok, stale}, {" metacopy=on", ok, stale}, {" redirect_dir=on", ok, stale}}}},
    {"conflict-off", {{{"", ok, ok}, {" xino=on", ok, ok}, {" metacopy=on", ok, ok}, {" redirect_dir=on", ok, ok}}}},
    {"metacopy-nofollow", {{{"", ok, stale}, {" xino=on", stale, stale}, {" metacopy=on", ok, ok}, {" redirect_dir=on", stale, stale}}}},
    {"nofollow", {{{"", ok, ok}, {" xino=on", ok, ok}, {" metacopy=on", ok, ok}, {" redirect_dir=on", ok, ok}}}},
    {"xino-gated", {{{"", ok, ok}, {" xino=on", stale, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", ok, ok}}}},
    {"instance-stamp-mount", {{{"", ok, stale}, {" xino=on", ok, stale}, {" metacopy=on", ok, stale}, {" redirect_dir=on", ok, stale}}}},
    {"instance-stamp-overlay",
     {{{"", stale, stale}, {" xino=on", stale, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", stale, stale}}}},
    // The image of a squashfs with one file more has another root; that of an erofs has not.
    {"detect", {{{"", ok, stale}, {" xino=on", ok, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", ok, stale}}}},
    {"detect-null", {{{"", ok, stale}, {" xino=on", ok, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", ok, stale}}}},
    {"detect-reval", {{{"", ok, stale}, {" xino=on", ok, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", ok, stale}}}},
    {"detect-verify", {{{"", ok, ok}, {" xino=on", ok, ok}, {" metacopy=on", stale, stale}, {" redirect_dir=on", ok, ok}}}},
    {"merged", {{{"", ok, stale}, {" xino=on", stale, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", stale, stale}}}},
    {"follow+conflict-off", {{{"", ok, ok}, {" xino=on", ok, ok}, {" metacopy=on", ok, ok}, {" redirect_dir=on", ok, ok}}}},
    {"follow+metacopy-nofollow",
     {{{"", stale, stale}, {" xino=on", stale, stale}, {" metacopy=on", ok, ok}, {" redirect_dir=on", stale, stale}}}},
    {"follow+detect", {{{"", ok, stale}, {" xino=on", ok, stale}, {" metacopy=on", stale, stale}, {" redirect_dir=on", ok, stale}}}},
};

std::string last_of(second s) { return s == ok ? "ok" : stale_lookup; }

TEST(Collision, GoesAsEachPolicyHasIt) {
  for (const collisions& c : table) {
    SCOPED_TRACE(c.policy);
    const kernel k = *c.policy == '\0' ? linux_6_18 : under(c.policy);
    for (const story_result& r : c.with) {
      SCOPED_TRACE(r.options);
      run_story(collision(squashfs, r.options, last_of(r.squashfs)), k);
      run_story(collision(erofs, r.options, last_of(r.erofs)), k);
      run_story(collision(squashfs + " -no-exports", r.options, "ok"), k);
    }
  }
}

/// Without a policy, on the live kernel as well.
TEST(Collision, GoesSoWithoutAPolicy) {
  for (const story_result& r : table[0].with) {
    run_story(collision(squashfs, r.options, last_of(r.squashfs)));
    run_story(collision(erofs, r.options, last_of(r.erofs)));
    run_story(collision(squashfs + " -no-exports", r.options, "ok"));
  }
}

TEST(Collision, CoversEachPolicy) {
  for (const policy& p : policies()) {
    EXPECT_TRUE(std::any_of(std::begin(table), std::end(table), [&](const collisions& c) { return c.policy == p.name; })) << p.name;
  }
}

/// The policies do over older kernels what they do over the newest. (What redirect_dir=on opts in to, and that erofs has file handles, is
/// later than some.)
TEST(Collision, GoesSoOverEachKernel) {
  for (const kernel_series& s : kernel_history()) {
    if (kernel_named(s.name)->lower_uuid({.opts = {}, .has_upper = true, .null_uuid = true}) == uuid_answer::ok) continue;
    for (const collisions& c : table) {
      SCOPED_TRACE(std::string(s.name) + " " + c.policy);
      const kernel k = *c.policy == '\0' ? *kernel_named(s.name) : under(c.policy, *kernel_named(s.name));
      for (std::size_t n = 0; n < 3; ++n) run_story(collision(squashfs, c.with[n].options, last_of(c.with[n].squashfs)), k);
      run_story(collision(squashfs + " -no-exports", "", "ok"), k);
    }
  }
}

TEST(Collision, IndexIsAnOptInToFollowing) {
  run_story(collision(erofs, " index=on", stale_lookup));
  for (const char* names : {"nofollow", "xino-gated", "metacopy-nofollow", "null-uuid", "conflict-off", "detect-verify", "detect"}) {
    SCOPED_TRACE(names);
    run_story(collision(erofs, " index=on", stale_lookup), under(names));
  }
  run_story(collision(erofs, " metacopy=on index=on", stale_lookup));
  run_story(collision(erofs, " metacopy=on index=on", stale_lookup), under("metacopy-nofollow"));
}

TEST(Collision, XinoAutoIsAnOptInWhereItStays) {
  run_story(collision(erofs, " xino=auto", stale_lookup));
  run_story(collision(erofs, " xino=auto", stale_lookup), under("xino-gated"));
  run_story(collision(erofs, " xino=auto", "ok"), under("nofollow"));
  run_story(collision(squashfs, " xino=auto", "ok"));  // falls back
  run_story(collision(squashfs, " xino=auto", "ok"), under("xino-gated"));
  run_story(collision(squashfs, " xino=auto", stale_lookup), under("xino-gated+follow"));
}

}  // namespace
}  // namespace ovlsim::testing
