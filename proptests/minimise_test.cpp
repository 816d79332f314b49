// SPDX-License-Identifier: Apache-2.0
//
// What `ovlsim minimise` promises: the same failure, and no line that it could do without.
#include "ovlsim/minimise.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "ovlsim/kernel.hpp"
#include "ovlsim/policy.hpp"

namespace {

using namespace ovlsim;

scenario story(std::string_view text) {
  parsed_scenario parsed = parse_scenario(text, "story");
  EXPECT_TRUE(parsed) << (parsed ? "" : to_string(parsed.errors.front()));
  return std::move(parsed.value);
}

std::vector<answered> on_newest(const scenario& s) { return run_on_model(s, linux_6_18); }

constexpr const char* collision = R"(
mkfs build tmpfs
create build:/A "A v1"
create build:/other "has nothing to do with it"
mksquashfs low build:/
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on redirect_dir=on
append m:/A "!"                   -> ok
chmod m:/other 0600               -> ok
rename m:/A m:/ZA                 -> ok
umount m                          -> ok
create build:/B "B v2"
rename build:/A build:/ZA
mksquashfs low build:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on redirect_dir=on
append m:/B "!"                   -> ok
drop-caches
stat m:/ZA                        -> ino=$za
stat m:/B                         -> ok
)";

TEST(minimise, leaves_nothing_that_the_failure_could_do_without) {
  const std::optional<minimised> m = minimise(story(collision), on_newest);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->failed.expected, "ok");
  EXPECT_EQ(m->failed.got, "ESTALE");
  const std::string text = print(m->value);
  EXPECT_EQ(text.find("other"), std::string::npos) << text;
  EXPECT_EQ(text.find("redirect_dir"), std::string::npos) << text;
  for (std::size_t i = 0; i < m->value.lines.size(); ++i) {
    scenario without = m->value;
    without.lines.erase(without.lines.begin() + static_cast<std::ptrdiff_t>(i));
    const parsed_scenario parsed = parse_scenario(print(without), "story");
    if (!parsed) continue;
    const auto failed = check_expectations(parsed.value, on_newest(parsed.value));
    EXPECT_TRUE(std::none_of(failed.begin(), failed.end(), [](const auto& f) { return f.expected == "ok" && f.got == "ESTALE"; }))
        << "line " << i + 1 << " is not needed in\n" << text;
  }
}

TEST(minimise, does_not_slip_to_another_errno) {
  // An empty scenario with this `stat` would fail as well, with ENOENT.
  const std::optional<minimised> m = minimise(story(collision), on_newest);
  ASSERT_TRUE(m);
  EXPECT_EQ(on_newest(m->value).back().result.status, errc::estale);
}

TEST(minimise, keeps_the_line_that_gives_a_variable_its_value) {
  const auto m = minimise(story("mkfs a tmpfs\nmkdir a:/d\ncreate a:/d/f\nstat a:/d/f -> ino=$f nlink=1\nunlink a:/d/f\ncreate a:/d/f\n"
                                "stat a:/d -> ok\nstat a:/d/f -> ok ino=$f\n"),
                          on_newest);
  ASSERT_TRUE(m);
  EXPECT_EQ(print(m->value), "mkfs a tmpfs\ncreate a:/f\nstat a:/f -> ino=$f\nunlink a:/f\ncreate a:/f\nstat a:/f -> ino=$f\n");
}

TEST(minimise, keeps_a_value_that_the_expectation_names) {
  const auto m = minimise(story("mkfs a tmpfs\ncreate a:/f \"wrong\"\nread a:/f -> data=right\n"), on_newest);
  ASSERT_TRUE(m);
  EXPECT_EQ(print(m->value), "mkfs a tmpfs\ncreate a:/f \"wrong\"\nread a:/f -> data=right\n");
  EXPECT_EQ(m->failed.got, "data=wrong");
}

TEST(minimise, a_line_of_ones_choice) {
  const scenario s = story("mkfs a tmpfs\nmkdir a:/d\nstat a:/d -> type=file\nstat a:/none -> ok\n");
  const auto first = minimise(s, on_newest);
  const auto chosen = minimise(s, on_newest, 4);
  ASSERT_TRUE(first && chosen);
  EXPECT_EQ(first->failed.expected, "type=file");
  EXPECT_EQ(print(chosen->value), "mkfs a tmpfs\nstat a:/none -> ok\n");
}

TEST(minimise, what_holds_has_nothing_to_minimise) {
  EXPECT_FALSE(minimise(story("mkfs a tmpfs\nstat a:/ -> ok\nstat a:/none\n"), on_newest));
  EXPECT_FALSE(minimise(story("mkfs a tmpfs\nstat a:/ -> EIO\n"), on_newest, 1));
}

TEST(minimise, ends_when_it_is_stopped_with_the_smallest_by_then) {
  std::atomic<bool> stop{false};
  int runs = 0;
  const auto run = [&](const scenario& s) {
    stop = ++runs == 4;
    return on_newest(s);
  };
  const std::optional<minimised> stopped = minimise(story(collision), run, 0, {.stop = &stop});
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->failed.got, "ESTALE");
  EXPECT_EQ(runs, 5);  // ... and once more for how it fails
  EXPECT_GT(stopped->value.lines.size(), minimise(story(collision), on_newest)->value.lines.size());
}

TEST(minimise, is_the_same_each_time) {
  const policy_result follow = with_policies(linux_6_18, "follow");
  ASSERT_TRUE(follow.value);
  const auto run = [&](const scenario& s) { return run_on_model(s, *follow.value); };
  const auto one = minimise(story(collision), run);
  const auto two = minimise(story(collision), run);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(print(one->value), print(two->value));
}

}  // namespace
