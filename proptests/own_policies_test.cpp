// SPDX-License-Identifier: Apache-2.0
//
// The policies of examples/policies, as somebody else would write them: what its README says of them is what the explorer finds, and they
// hold in random stories, too, that are larger than any scope.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "examples/policies/lower-at-path.hpp"
#include "examples/policies/origin-agrees.hpp"
#include "ovlsim/matrix.hpp"
#include "ovlsim/random.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::testing {
namespace {

constexpr policy ours[] = {upper_key, origin_agrees, lower_at_path};
constexpr std::string_view ours_combined[] = {"upper-key", "upper-key+follow", "origin-agrees", "lower-at-path"};

kernel with_ours(std::string_view names) {
  const policy_result made = with_policies(linux_6_18, names, ours);
  EXPECT_TRUE(made.value) << made.error;
  return made.value.value_or(linux_6_18);
}

std::string file_content(const std::string& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

const std::string directory = OVLSIM_SOURCE_DIR "/examples/policies/";

scope scope_of(const std::string& name, const std::string& option) {
  const std::optional<std::string_view> shipped = shipped_scope_named(name);
  parsed_scope parsed = parse_scope(shipped ? std::string(*shipped) : file_content(directory + "scopes/" + name + ".ovl"), name);
  EXPECT_TRUE(parsed) << name;
  const std::string wrong = option.empty() ? "" : with_mount_option(parsed.value, option);
  EXPECT_EQ(wrong, "") << name;
  return std::move(parsed.value);
}

/// What a scope is worth under one policy: for each property its verdict as a cell of the table has it.
struct judged {
  std::size_t shortest = 0;  ///< moves of the shortest counterexample; 0: none
  std::string in;            ///< ... and its scope
  bool happened = false;
  bool closed = true;
};
using row = std::map<std::string, judged>;

/// All scopes of a table under each of `rows`, summed up by property.
std::vector<row> judge(const std::vector<matrix_row>& rows, const std::vector<std::string>& scopes, const std::string& option) {
  std::vector<matrix_case> cases;
  for (const std::string& name : scopes) cases.push_back({"", scope_of(name, option)});
  explore_limits limits;
  limits.threads = 2;
  std::vector<row> table(rows.size());
  for (const matrix_cell& c : explore_all(rows, cases, properties(), limits)) {
    for (const property_verdict& v : c.found->verdicts) {
      judged& j = table[c.row][std::string(v.property)];
      j.happened = j.happened || v.happened;
      j.closed = j.closed && (v.broken || v.end == explore_end::closed);
      if (!v.broken || (j.shortest != 0 && j.shortest <= v.broken->moves.size())) continue;
      j.shortest = v.broken->moves.size();
      j.in = scopes[c.in_case];
    }
  }
  return table;
}

std::string cell(const judged& j) {
  if (j.shortest != 0) return std::to_string(j.shortest) + " " + j.in;
  if (!j.closed) return "?";
  return j.happened ? "holds" : "-";
}

/// The scopes that are mounted with default options: the shipped ones without opt-ins of their own, and this directory's.
const std::vector<std::string> by_default = {"squashfs", "erofs", "ext4-clone", "ext4-image", "ext4", "null-uuid", "copied-upper",
                                             "links",    "directories"};
const std::vector<std::string> opted_in = {"squashfs", "erofs", "ext4-clone", "ext4-image", "ext4", "null-uuid", "copied-upper"};

std::string table_text(const std::string& title, const std::vector<std::string>& scopes, const std::string& option) {
  std::vector<matrix_row> rows{{"6.18", linux_6_18}};
  for (const policy& p : policies()) rows.push_back({std::string(p.name), with_ours(p.name)});
  for (const std::string_view names : ours_combined) rows.push_back({std::string(names), with_ours(names)});
  const std::vector<row> table = judge(rows, scopes, option);
  std::set<std::string> spoken;
  for (const row& r : table) {
    for (const auto& [name, j] : r) {
      if (j.happened) spoken.insert(name);
    }
  }
  std::string head = "| " + title + " |";
  std::string line = "|---|";
  for (const property& p : properties()) {
    if (!spoken.contains(std::string(p.name))) continue;
    head += " " + std::string(p.name) + " |";
    line += "---|";
  }
  std::string text = head + "\n" + line + "\n";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    text += "| " + rows[r].name + " |";
    for (const property& p : properties()) {
      if (spoken.contains(std::string(p.name))) text += " " + cell(table[r].at(std::string(p.name))) + " |";
    }
    text += "\n";
  }
  return text;
}

/// How large the proofs are: the states of each scope, those of all searches together.
std::string states_text() {
  std::string text = "| states |";
  std::string line = "|---|";
  for (const std::string& name : by_default) {
    text += " " + name + " |";
    line += "---|";
  }
  text += "\n" + line + "\n";
  for (const std::string_view names : ours_combined) {
    text += "| " + std::string(names) + " |";
    for (const std::string& name : by_default) {
      const exploration e = explore(scope_of(name, ""), with_ours(names), properties());
      EXPECT_NE(e.end, explore_end::memory);
      EXPECT_NE(e.end, explore_end::depth);
      text += " " + std::to_string(e.reached.states) + " |";
    }
    text += "\n";
  }
  return text;
}

/// The tables of README.md, each between two lines of its own. OVLSIM_UPDATE_GOLDEN=1 writes them anew.
void expect_in_readme(const std::string& which, const std::string& table) {
  const std::string file = directory + "README.md";
  std::string text = file_content(file);
  const std::string begin = "<!-- " + which + " -->\n";
  const std::size_t from = text.find(begin);
  ASSERT_NE(from, std::string::npos) << file << " has no line " << begin;
  const std::size_t to = text.find("\n\n", from);
  ASSERT_NE(to, std::string::npos);
  const std::string said = text.substr(from + begin.size(), to + 1 - from - begin.size());
  const char* update = std::getenv("OVLSIM_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(file, std::ios::binary) << text.replace(from + begin.size(), said.size(), table);
    return;
  }
  EXPECT_EQ(said, table) << "examples/policies/README.md says otherwise; OVLSIM_UPDATE_GOLDEN=1 writes it anew";
}

TEST(OwnPolicies, AreJudgedAsTheirReadmeSays) { expect_in_readme("default options", table_text("default options", by_default, "")); }

TEST(OwnPolicies, AreJudgedAsTheirReadmeSaysWithXino) { expect_in_readme("xino=on", table_text("xino=on", opted_in, "xino=on")); }

TEST(OwnPolicies, AreJudgedAsTheirReadmeSaysWithRedirects) {
  expect_in_readme("redirect_dir=on", table_text("redirect_dir=on", opted_in, "redirect_dir=on"));
}

TEST(OwnPolicies, AreProvedInAsManyStates) { expect_in_readme("states", states_text()); }

/// The price of each, and nothing beside it: under default options no property breaks that README.md does not name.
TEST(OwnPolicies, BreakNothingButTheirPrice) {
  const std::set<std::string> of_all = {"hardlink-kept", "d-ino"};  // no candidate without an index keeps these
  const std::map<std::string_view, std::set<std::string>> price = {
      {"upper-key", {"unique-ino", "stable-ino", "persistent-ino", "order-free"}},
      {"upper-key+follow", {"unique-ino", "stable-ino", "persistent-ino"}},
      {"origin-agrees", {"stable-ino", "persistent-ino", "order-free"}},
      {"lower-at-path", {"stable-ino", "persistent-ino"}},
  };
  for (const auto& [names, broken] : price) {
    SCOPED_TRACE(names);
    const row found = judge({{std::string(names), with_ours(names)}}, by_default, "").front();
    for (const auto& [property_name, j] : found) {
      if (of_all.contains(property_name)) continue;
      EXPECT_TRUE(j.closed) << property_name;
      EXPECT_EQ(j.shortest != 0, broken.contains(property_name)) << property_name << ": " << cell(j);
    }
  }
  // What breaks stable-ino under lower-at-path is a hard link of the lower, and nothing else.
  std::vector<std::string> without_lower_links = by_default;
  std::erase(without_lower_links, "ext4");
  const row rest = judge({{"", with_ours("lower-at-path")}}, without_lower_links, "").front();
  for (const char* name : {"stable-ino", "persistent-ino", "unique-ino"}) EXPECT_EQ(cell(rest.at(name)), "holds") << name;
}

/// What README.md says of an upper that was edited: files stay apart, numbers do not under lower-at-path.
TEST(OwnPolicies, KeepFilesApartInAnEditedUpper) {
  for (const std::string_view names : ours_combined) {
    const row r = judge({{std::string(names), with_ours(names)}}, {"edited-upper"}, "").front();
    EXPECT_EQ(cell(r.at("no-estale")), "holds") << names;
    EXPECT_EQ(cell(r.at("write-isolated")), "holds") << names;
    EXPECT_EQ(cell(r.at("unique-ino")), names == "origin-agrees" ? "holds" : "4 edited-upper") << names;
  }
}

/// The thread's stories and ours: the expectations of those that hold under `nofollow` for being right, not for the numbers.
TEST(OwnPolicies, SurviveTheStoryThatNoneButNofollowDoes) {
  const std::string file = OVLSIM_SOURCE_DIR "/examples/thread/ours-no-policy-for-a-rename-but-nofollow.ovl";
  const parsed_scenario story = parse_scenario(file_content(file), file);
  ASSERT_TRUE(story);
  for (const char* names : {"origin-agrees", "lower-at-path"}) {
    EXPECT_TRUE(check_expectations(story.value, run_on_model(story.value, with_ours(names))).empty()) << names;
  }
}

/// How often write-isolated was spoken of in random stories under `k`, and how often it was broken.
struct random_verdict {
  std::size_t spoke = 0;
  std::size_t broken = 0;
  std::string first;
};
random_verdict write_isolated_in_random_stories(const kernel& k) {
  random_verdict v;
  const property& asked = *property_named("write-isolated");
  for (std::uint64_t n = 0; n < 1000; ++n) {
    const scenario s = random_story(story_seed(20, n), {.longest = 40});
    world w;
    for (const scenario_line& line : s.lines) {
      if (!line.has_command) continue;
      const world before = w;
      const outcome answer = apply(w, line.what, k);
      const finding f = asked.judge({before, line.what, answer, w, {}, k});
      v.spoke += f.what == finding::kind::silent ? 0 : 1;
      if (f.what != finding::kind::broken) continue;
      if (v.broken++ == 0) v.first = print(line.what) + ": " + f.why + "\n" + print(s);
    }
  }
  return v;
}

/// Larger worlds than the scopes'. Linux breaks it there, so that they try it.
TEST(OwnPolicies, KeepFilesApartInRandomStories) {
  EXPECT_GT(write_isolated_in_random_stories(linux_6_18).broken, 0U);
  for (const std::string_view names : {"upper-key+follow", "origin-agrees", "lower-at-path"}) {
    const random_verdict v = write_isolated_in_random_stories(with_ours(names));
    EXPECT_GT(v.spoke, 100U) << names;
    EXPECT_EQ(v.broken, 0U) << names << ": " << v.first;
  }
}

}  // namespace
}  // namespace ovlsim::testing
