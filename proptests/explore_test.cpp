// SPDX-License-Identifier: Apache-2.0
//
// The explorer: held against a checker of a page, its counterexamples told again, its scopes and their errors.
#include "ovlsim/explore.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "ovlsim/canonical.hpp"
#include "ovlsim/matrix.hpp"
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

std::vector<property> only(std::string_view name) { return {*property_named(name)}; }

exploration explored(const scope& s, std::span<const property> asked, const kernel& k = linux_6_18, const explore_limits& limits = {}) {
  EXPECT_EQ(cannot_explore(s, k), "");
  return explore(s, k, asked, limits);
}

/// The same search without any of what makes the other fast: whole worlds in a list, nothing known twice.
struct toy_result {
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::size_t depth = 0;
};
toy_result toy(const scope& s, const kernel& k) {
  std::vector<world> states(1);
  std::vector<std::size_t> depths{0};
  for (const command& c : s.setup) apply(states[0], c, k);
  canonicalise(states[0]);
  name_table names = states[0].names;
  toy_result result;
  for (std::size_t n = 0; n < states.size(); ++n) {
    result.depth = depths[n];
    for (const move& m : s.moves) {
      ++result.transitions;
      world w = states[n];
      w.names = names;
      for (const command& c : m.commands) {
        apply(w, c, k);
        canonicalise(w);
      }
      names = w.names;
      const auto same = [&](world& other) {
        other.names = names;
        return other == w;
      };
      if (std::any_of(states.begin(), states.end(), same)) continue;
      states.push_back(w);
      depths.push_back(depths[n] + 1);
    }
  }
  result.states = states.size();
  return result;
}

TEST(Explore, FindsTheStatesThatAToyFinds) {
  for (const std::string_view name : {"ext4-clone", "nfs-export", "copied-upper", "squashfs"}) {
    scope s = shipped(name);
    if (s.moves.size() > 9) std::erase_if(s.moves, [](const move& m) { return m.name.ends_with("m:/ZA") || m.name == "ls m:/"; });
    const toy_result expected = toy(s, linux_6_18);
    const exploration e = explored(s, {});
    EXPECT_EQ(e.reached.states, expected.states) << name;
    EXPECT_EQ(e.reached.transitions, expected.transitions) << name;
    EXPECT_EQ(e.reached.depth, expected.depth) << name;
    EXPECT_EQ(e.end, explore_end::closed);
  }
}

TEST(Explore, ModuleParametersArePartOfAState) {
  const parsed_scope parsed = parse_scope(
      "mkfs low ext4\ncreate low:/a \"data\"\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmoves\n"
      "module metacopy=on xino_auto=on\nmodule metacopy=off\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\numount m\nchmod m:/a 0600\nread m:/a\n", "test");
  ASSERT_TRUE(parsed);
  const toy_result expected = toy(parsed.value, linux_6_18);
  const exploration e = explored(parsed.value, {});
  EXPECT_EQ(e.reached.states, expected.states);
  EXPECT_EQ(e.reached.transitions, expected.transitions);
  EXPECT_EQ(e.end, explore_end::closed);
  scope without = parsed.value;
  std::erase_if(without.moves, [](const move& m) { return m.name.starts_with("module"); });
  EXPECT_GT(e.reached.states, 3 * explored(without, {}).reached.states);
}

TEST(Explore, FindsTheCollisionAndItsShortestStory) {
  const exploration by_option = explored(shipped("squashfs", {"xino=on"}), only("no-estale"));
  ASSERT_TRUE(by_option.verdicts[0].broken);
  EXPECT_EQ(by_option.verdicts[0].broken->moves.size(), 5U);
  const exploration by_policy = explored(shipped("squashfs"), only("no-estale"), *with_policies(linux_6_18, "follow").value);
  ASSERT_TRUE(by_policy.verdicts[0].broken);
  EXPECT_EQ(by_policy.verdicts[0].broken->moves, by_option.verdicts[0].broken->moves);
  const exploration merged = explored(shipped("squashfs"), only("no-estale"));
  EXPECT_FALSE(merged.verdicts[0].broken);
  EXPECT_EQ(merged.end, explore_end::closed);
  EXPECT_TRUE(merged.verdicts[0].happened);
}

/// No shorter story breaks it: the search to a depth below finds none.
TEST(Explore, ACounterexampleIsAShortestOne) {
  explore_limits below;
  below.depth = 4;
  const exploration e = explored(shipped("squashfs", {"xino=on"}), only("no-estale"), linux_6_18, below);
  EXPECT_FALSE(e.verdicts[0].broken);
  EXPECT_EQ(e.verdicts[0].end, explore_end::depth);
  EXPECT_EQ(to_string(e.verdicts[0]).substr(0, 18), "holds to depth 4 (");
}

TEST(Explore, EveryCounterexampleIsConfirmedWhenItIsRun) {
  std::size_t told = 0;
  for (const shipped_scope& s : shipped_scopes()) {
    for (const property& p : properties()) {
      if (p.needs == remembers::numbers_in_mount) continue;  // persistent-ino finds the same stories
      explore_limits limits;
      limits.depth = 6;
      const exploration e = explored(shipped(s.name), std::array{p}, linux_6_18, limits);
      if (!e.verdicts[0].broken) continue;
      ++told;
      const scenario& story = e.verdicts[0].broken->story;
      EXPECT_TRUE(check_expectations(story, run_on_model(story, linux_6_18)).empty()) << s.name << " " << p.name << "\n" << print(story);
      const parsed_scenario again = parse_scenario(print(story), "again");
      EXPECT_TRUE(again) << print(story);
    }
  }
  EXPECT_GT(told, 20U);
}

/// A mount with other lower layers has other files: their numbers say nothing of the ones before.
TEST(Explore, OtherLowerLayersAreNoRemount) {
  const exploration clone = explored(shipped("ext4-clone"), only("persistent-ino"));
  EXPECT_FALSE(clone.verdicts[0].broken);
  EXPECT_TRUE(clone.verdicts[0].happened);
  EXPECT_EQ(clone.end, explore_end::closed);
  scope two = shipped("null-uuid", {"xino=on"});
  const exploration e = explored(two, only("persistent-ino"));
  ASSERT_TRUE(e.verdicts[0].broken);
  EXPECT_EQ(e.verdicts[0].broken->moves.size(), 4U);
  for (const std::uint32_t m : e.verdicts[0].broken->moves) EXPECT_FALSE(two.moves[m].name.starts_with("without-")) << two.moves[m].name;
}

TEST(Explore, NumbersAreRememberedOverRemountsOfTheSameLayers) {
  const kernel& k = linux_6_18;
  const auto told = [&](const std::string& remount) {
    const parsed_scope s = parse_scope(
        "mkfs a ext4\ncreate a:/A \"A\"\nmkfs b ext4\nmkfs c ext4\nmount m lowerdir=a:/,b:/\nstat m:/A\nmoves\nmove x\numount m\n" + remount + "\nend\n", "x");
    EXPECT_TRUE(s);
    std::vector<command> all = s.value.setup;
    all.insert(all.end(), s.value.moves[0].commands.begin(), s.value.moves[0].commands.end());
    world w;
    memory past;
    for (const command& c : all) {
      const world before = w;
      const outcome answer = apply(w, c, k);
      EXPECT_EQ(answer.status, errc::ok) << print(c);
      past = remember({before, c, answer, w, past, k}, std::array{remembers::numbers_over_mounts}, std::array<std::string, 2>{"a", "b"});
    }
    return past.over_mounts.size();
  };
  EXPECT_EQ(told("mount m lowerdir=a:/,b:/"), 1U);
  EXPECT_EQ(told("mount m lowerdir=a:/,b:/ xino=on"), 1U);
  EXPECT_EQ(told("mount m lowerdir=a:/,b:/,c:/"), 0U);
  EXPECT_EQ(told("mount m lowerdir=b:/,a:/"), 0U);
  EXPECT_EQ(told("create b:/x \"x\"\nmount m lowerdir=a:/,b:/"), 0U);
  EXPECT_EQ(told("mount n lowerdir=b:/,a:/"), 1U);
}

TEST(Explore, EveryPropertyHappensInSomeScope) {
  for (const property& p : properties()) {
    const bool happens = std::any_of(shipped_scopes().begin(), shipped_scopes().end(), [&](const shipped_scope& s) {
      explore_limits limits;
      limits.depth = 6;
      return explored(shipped(s.name), std::array{p}, linux_6_18, limits).verdicts[0].happened;
    });
    EXPECT_TRUE(happens) << p.name;
  }
}

/// A property of the user's that says no more than that it is broken, or says it in two lines, or not again.
TEST(Explore, SaysWhatBreaksAPropertyWithoutWords) {
  const auto why = [](finding (*judge)(const step&)) {
    const property p{"mine", "nothing is removed", remembers::nothing, judge};
    const exploration e = explored(parse_scope("mkfs a tmpfs\nmoves\ncreate a:/x \"\"\nunlink a:/x\n", "mine").value, std::array{p});
    EXPECT_TRUE(e.verdicts[0].broken);
    if (!e.verdicts[0].broken) return std::string();
    EXPECT_TRUE(parse_scenario(print(e.verdicts[0].broken->story), "story")) << print(e.verdicts[0].broken->story);
    return e.verdicts[0].broken->why;
  };
  EXPECT_EQ(why([](const step& s) { return finding::of(!std::holds_alternative<cmd::unlink>(s.what)); }), "`unlink a:/x` breaks it");
  EXPECT_EQ(why([](const step& s) { return std::holds_alternative<cmd::unlink>(s.what) ? finding{finding::kind::broken, "two\nlines"} : finding{}; }), "two\nlines");
  static bool again = false;
  EXPECT_EQ(why([](const step&) { return finding::of(std::exchange(again, true)); }).substr(0, 28), "told again it is not broken:");
}

TEST(Explore, SaysWhatRanOut) {
  explore_limits little;
  little.memory = 1;
  const exploration m = explored(shipped("squashfs"), only("no-eio"), linux_6_18, little);
  EXPECT_EQ(m.end, explore_end::memory);
  EXPECT_EQ(to_string(m.verdicts[0]).substr(0, 10), "incomplete");
  const std::atomic<bool> stop{true};
  explore_limits stopped;
  stopped.stop = &stop;
  EXPECT_EQ(explored(shipped("squashfs"), only("no-eio"), linux_6_18, stopped).end, explore_end::interrupted);
}

/// Candidates whose rules answer alike share a search: the same verdicts as one of their own.
TEST(Explore, AMatrixSaysWhatItsSearchesSay) {
  std::vector<matrix_row> rows{{"6.18", linux_6_18}};
  for (const std::string_view name : {"follow", "null-uuid", "nofollow", "xino-gated", "detect"}) {
    rows.push_back({std::string(name), *with_policies(linux_6_18, name).value});
  }
  const std::vector<matrix_case> cases{{"default", shipped("squashfs")}, {"xino=on", shipped("squashfs", {"xino=on"})}};
  const std::vector<property> asked{*property_named("no-estale"), *property_named("stable-ino")};
  explore_limits two;
  two.threads = 2;
  bool shared = false;
  for (const matrix_cell& c : explore_all(rows, cases, asked, two)) {
    shared = shared || c.shared;
    const exploration own = explore(cases[c.in_case].what, rows[c.row].k, asked);
    for (std::size_t p = 0; p < asked.size(); ++p) {
      EXPECT_EQ(to_string(c.found->verdicts[p]), to_string(own.verdicts[p])) << rows[c.row].name << " " << cases[c.in_case].options;
    }
  }
  EXPECT_TRUE(shared);
}

/// A rule is what it does, not what it is called: somebody's own policy may reuse a name.
TEST(Matrix, RulesOfOneNameAreToldApart) {
  kernel other = linux_6_18;
  other.const_ino = {linux_6_18.const_ino.name, [](const const_ino_question&) { return const_ino_answer::no; }};
  for (std::size_t place = 0; place < decisions().size(); ++place) {
    EXPECT_EQ(same_rule(linux_6_18, other, place), decisions()[place].name != "const_ino");
    EXPECT_EQ(rule_name(linux_6_18, place), rule_name(other, place));
  }
  const std::vector<matrix_row> rows{{"6.18", linux_6_18}, {"other", other}};
  const std::vector<matrix_case> cases{{"default", shipped("copied-upper")}};
  const std::vector<property> asked = only("stable-ino");
  const std::vector<matrix_cell> cells = explore_all(rows, cases, asked, {});
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_FALSE(cells[1].shared);
  EXPECT_NE(to_string(cells[0].found->verdicts[0]), to_string(cells[1].found->verdicts[0]));
}

TEST(Matrix, SaysWhichKernelsCannotSetUpAScope) {
  const std::vector<matrix_row> rows{{"5.0", *kernel_named("5.0")}, {"6.18", linux_6_18}};
  const std::vector<matrix_case> cases{{"default", shipped("erofs")}};
  const std::vector<matrix_cell> cells = explore_all(rows, cases, only("no-estale"), {});
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[0].found, nullptr);
  EXPECT_NE(cells[0].cannot.find("ENODEV"), std::string::npos) << cells[0].cannot;
  EXPECT_EQ(cells[1].cannot, "");
  EXPECT_NE(cells[1].found, nullptr);
}

/// There is a bit for each in a search; more are more searches.
TEST(Explore, TakesAnyNumberOfProperties) {
  constexpr std::size_t many = 70;
  std::vector<property> asked(many, *property_named("no-eio"));
  for (std::size_t n = 30; n < many; ++n) asked[n] = *property_named("hardlink-kept");
  asked.back() = *property_named("d-ino");
  const exploration e = explored(shipped("copied-upper"), asked);
  EXPECT_FALSE(e.verdicts[0].broken);
  EXPECT_FALSE(e.verdicts[many - 2].broken);
  EXPECT_TRUE(e.verdicts[many - 1].broken);
}

struct malformed {
  const char* text;
  const char* message;
};

TEST(Scope, ErrorsNameThePlace) {
  const std::string setup = "mkfs a ext4\n";
  const malformed cases[] = {
      {"stat a:/\n", "no moves"},
      {"moves\n", "no move after `moves`"},
      {"moves\nmoves\nstat a:/\n", "a second `moves`"},
      {"moves\nmove x\nstat a:/\n", "`move` without its `end`"},
      {"moves\nend\nstat a:/\n", "`end` without `move`"},
      {"moves\nmove x\nend\n", "a move without a command"},
      {"move x\nstat a:/\nend\nmoves\nstat a:/\n", "`move` before `moves`"},
      {"moves\nmove x\nmove y\nend\n", "a move in a move"},
      {"moves\nmove\nstat a:/\nend\n", "a move has one name"},
      {"moves\nstat a:/ -> ok\n", "an expectation in a scope"},
      {"moves\nstta a:/\n", "unknown verb `stta`"},
      {"moves\nstat b:/\n", "unknown filesystem `b`"},
  };
  for (const malformed& m : cases) {
    const parsed_scope parsed = parse_scope(setup + m.text, "x");
    ASSERT_FALSE(parsed) << m.text;
    EXPECT_EQ(parsed.errors.front().message, m.message) << m.text;
    EXPECT_GT(parsed.errors.front().line, 0);
  }
}

TEST(Scope, OptionsReplaceWhatMountsSay) {
  scope s = shipped("metacopy", {"metacopy=off", "xino=on"});
  const auto& mount = std::get<cmd::mount>(s.setup.back());
  EXPECT_EQ(mount.options.metacopy, std::optional(false));
  EXPECT_EQ(mount.options.xino, std::optional(xino_option::on));
  EXPECT_NE(with_mount_option(s, "xino=perhaps"), "");
  EXPECT_NE(with_mount_option(s, "upperdir=a:/"), "");
  EXPECT_NE(with_mount_option(s, ""), "");
}

TEST(Scope, OneThatMakesFilesystemsNeverClosesAndSaysSo) {
  const parsed_scope parsed = parse_scope("mkfs a tmpfs\nmoves\nmkfs a tmpfs\ncreate a:/x\n", "x");
  explore_limits little;
  little.depth = 5;
  EXPECT_EQ(explored(parsed.value, only("no-eio"), linux_6_18, little).end, explore_end::depth);
  EXPECT_NE(never_closes(parsed.value).find("`mkfs a tmpfs`"), std::string::npos);
  for (const shipped_scope& s : shipped_scopes()) EXPECT_EQ(never_closes(shipped(s.name)), "");
}

TEST(Scope, WhatCannotBeRenamedIsRefused) {
  const auto why = [](const std::string& line) {
    const parsed_scope parsed = parse_scope("mkfs a tmpfs\nmoves\n" + line + "\n", "x");
    EXPECT_TRUE(parsed);
    return cannot_explore(parsed.value, linux_6_18);
  };
  EXPECT_EQ(why("create a:/x"), "");
  EXPECT_NE(why("create a:/#1"), "");
  EXPECT_NE(why("mkfs a ext4 uuid=01000000-0000-4000-8000-000000000000"), "");
  EXPECT_NE(why("create a:/d/#1f/x"), "");
  EXPECT_NE(why("symlink \"/w/work/#1\" a:/s"), "");
  EXPECT_NE(why("mksquashfs s a:/w/#1"), "");
  EXPECT_NE(why("cp -a a:/w/#1 a:/x"), "");
  EXPECT_NE(why("mount m lowerdir=a:/w/work/#1"), "");
  EXPECT_NE(why("mount m lowerdir=a:/l upperdir=a:/w/work/#2 workdir=a:/w"), "");
  EXPECT_NE(why("setxattr a:/ trusted.overlay.redirect \"/#1\""), "");
  EXPECT_NE(why("unlink a:/w/index/00fb1d00018000000000000000000000000000000000000c00000001000000"), "");
  EXPECT_EQ(why("unlink a:/w/index/00fb"), "");
  EXPECT_NE(why("setxattr a:/ trusted.overlay.origin \"0123456789\""), "");
  const parsed_scope fails = parse_scope("mkfs a tmpfs\nunlink a:/x\nmoves\nstat a:/\n", "x");
  EXPECT_NE(cannot_explore(fails.value, linux_6_18), "");
}

/// Where the setup makes nothing, filesystems that moves make are told apart all the same.
TEST(Explore, BeginsInAnEmptyWorld) {
  const std::string moves =
      "moves\nmove one\nmkfs a ext4\ncreate a:/A \"x\"\nend\nmove three\nmkfs c ext4\ncreate c:/B \"y\"\nend\nmove two\nmkfs b ext4\nmkdir b:/u\nmkdir b:/w\nend\n"
      "move use\nmount m lowerdir=a:/,c:/ upperdir=b:/u workdir=b:/w\nstat m:/A\nappend m:/A \"y\"\ndrop-caches\nstat m:/A\nend\n";
  const std::vector<property> asked = {*property_named("stable-ino")};
  explore_limits limits;
  limits.depth = 5;
  for (const char* setup : {"", "mkfs z tmpfs\n"}) {
    const parsed_scope s = parse_scope(setup + moves, "x");
    ASSERT_TRUE(s.errors.empty());
    EXPECT_FALSE(explore(s.value, linux_6_18, asked, limits).verdicts[0].broken) << setup;
  }
}

}  // namespace
}  // namespace ovlsim::testing
