// SPDX-License-Identifier: Apache-2.0
//
// Answers held against expectations. The answers are made by hand: what a kernel would say is no matter here.
#include <gtest/gtest.h>

#include "ovlsim/render.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim {
namespace {

outcome stat_of(std::uint64_t ino, std::uint64_t size = 5) {
  return {errc::ok, answer::stat{file_type::file, 0644, 1, size, ino, 2}, {}};
}

outcome failed(std::string_view status, std::vector<std::string> log = {}) {
  return {errc_named(status).value(), {}, std::move(log)};
}

/// The commands `stat a:/` with these expectations, answered so; what fails as `line: expected / got`.
std::vector<std::string> check(const std::vector<std::pair<std::string, outcome>>& lines) {
  std::string text = "mkfs a ext4\n";
  std::vector<answered> answers = {{1, "mkfs", {}}};
  for (const auto& [expected, answer] : lines) {
    text += "stat a:/" + (expected.empty() ? "" : " -> " + expected) + "\n";
    answers.push_back({static_cast<int>(answers.size()) + 1, "stat", answer});
  }
  const parsed_scenario s = parse_scenario(text, "t.ovl");
  EXPECT_TRUE(s) << (s ? "" : to_string(s.errors[0]));
  std::vector<std::string> result;
  for (const failed_expectation& f : check_expectations(s.value, answers)) {
    result.push_back(std::to_string(f.line) + ": " + f.expected + " / " + f.got);
  }
  return result;
}

using failures = std::vector<std::string>;

TEST(expectations, none_accept_anything) { EXPECT_EQ(check({{"", failed("EIO")}, {"", stat_of(1)}}), failures()); }

TEST(expectations, status) {
  EXPECT_EQ(check({{"ok", stat_of(1)}, {"ESTALE", failed("ESTALE")}}), failures());
  EXPECT_EQ(check({{"ok", failed("ESTALE")}, {"ESTALE", stat_of(1)}}), (failures{"2: ok / ESTALE", "3: ESTALE / ok"}));
}

TEST(expectations, fields) {
  EXPECT_EQ(check({{"size=5 mode=644 type=file nlink!=2", stat_of(1)}}), failures());
  EXPECT_EQ(check({{"size=6 nlink!=1", stat_of(1)}}), (failures{"2: size=6 / size=5", "2: nlink!=1 / nlink=1"}));
}

TEST(expectations, of_a_field_fail_on_a_failed_command) {
  EXPECT_EQ(check({{"size=5", failed("EIO")}, {"size!=5", failed("EIO")}}),
            (failures{"2: size=5 / EIO", "3: size!=5 / EIO"}));
}

TEST(expectations, of_a_field_fail_where_the_answer_has_it_not) {
  const outcome dir{errc::ok, answer::stat{file_type::dir, 0755, 2, 0, 1, 2}, {}};
  EXPECT_EQ(check({{"size=0", dir}}),
            failures{"2: size=0 / an answer without `size`: ok  type=dir mode=0755 nlink=2 ino=1 dev=2"});
}

TEST(expectations, a_variable_binds_at_its_first_use_and_must_match_afterwards) {
  EXPECT_EQ(check({{"ino=$a", stat_of(7)}, {"ino=$a", stat_of(7)}, {"ino!=$a", stat_of(8)}}), failures());
  EXPECT_EQ(check({{"ino=$a", stat_of(7)}, {"ino=$a", stat_of(8)}, {"ino!=$a", stat_of(7)}}),
            (failures{"3: ino=$a ($a is 7) / ino=8", "4: ino!=$a ($a is 7) / ino=7"}));
}

TEST(expectations, a_failed_command_binds_nothing) {
  EXPECT_EQ(
      check({{"ino=$a", failed("ESTALE")}, {"ino!=$a", stat_of(8)}, {"ino=$a", stat_of(7)}, {"ino=$a", stat_of(7)}}),
      (failures{"2: ino=$a / ESTALE", "3: ino!=$a / $a has no value: the line that should bind it failed"}));
}

TEST(expectations, on_the_log) {
  const std::vector<std::string> lines = {"overlayfs: one", "overlayfs: failed to get inode (-116)"};
  EXPECT_EQ(check({{"log~\"get inode\" log~one", failed("ESTALE", lines)}, {"log=none", stat_of(1)}}), failures());
  EXPECT_EQ(
      check({{"log=none", failed("ESTALE", lines)}, {"log~\"x\"", stat_of(1)}}),
      (failures{"2: log=none / overlayfs: one; overlayfs: failed to get inode (-116)", "3: log~\"x\" / no log line"}));
}

TEST(expectations, of_a_command_without_an_answer_fail) {
  const parsed_scenario s = parse_scenario("mkfs a ext4\nstat a:/ -> ok\n", "t.ovl");
  const auto failed_ones = check_expectations(s.value, {{1, "mkfs", {}}});
  ASSERT_EQ(failed_ones.size(), 1U);
  EXPECT_EQ(failed_ones[0].line, 2);
  EXPECT_EQ(failed_ones[0].column, 13);
  EXPECT_NE(failed_ones[0].got.find("no answer"), std::string::npos);
}

TEST(expectations, entries_and_names_are_names_in_order) {
  const parsed_scenario s = parse_scenario(
      "mkfs a ext4\nls a:/ -> entries=b,a\nls a:/ -> entries=\"\"\nlistxattr a:/ -> names=user.x\n", "t.ovl");
  ASSERT_TRUE(s);
  const outcome listed{errc::ok, answer::entries{{{"a", entry_type::file, 1}, {"b", entry_type::dir, 2}}}, {}};
  const outcome empty{errc::ok, answer::entries{}, {}};
  const outcome names{errc::ok, answer::names{{"user.x"}}, {}};
  EXPECT_TRUE(
      check_expectations(s.value, {{1, "mkfs", {}}, {2, "ls", listed}, {3, "ls", empty}, {4, "listxattr", names}})
          .empty());
  EXPECT_EQ(check_expectations(s.value, {{1, "mkfs", {}}, {2, "ls", empty}, {3, "ls", listed}, {4, "listxattr", names}})
                .size(),
            2U);
}

}  // namespace
}  // namespace ovlsim
