// SPDX-License-Identifier: Apache-2.0
//
// Random stories: the same on every machine, valid, about everything; and a story made smaller stays about what it was about.
#include "ovlsim/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "ovlsim/run.hpp"
#include "ovlsim/shrink.hpp"

namespace {

using namespace ovlsim;

scenario story(std::uint64_t index) {
  const std::uint64_t seed = story_seed(1, index);
  return random_story(seed, random_shape(seed));
}

/// FNV-1a.
std::uint64_t hash(std::string_view text, std::uint64_t before = 14695981039346656037U) {
  for (const char c : text) before = (before ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return before;
}

TEST(random_story, is_the_same_for_the_same_seed) {
  EXPECT_EQ(print(story(7)), print(story(7)));
  EXPECT_NE(print(story(7)), print(story(8)));
}

TEST(random_story, is_the_same_with_every_compiler_and_library) {
  std::uint64_t all = hash("");
  for (std::uint64_t i = 0; i < 200; ++i) all = hash(print(story(i)), all);
  // Whoever changes the stories on purpose writes the new number here.
  EXPECT_EQ(all, 0xbab08c2b07bd3137U) << std::hex << all;
}

TEST(random_story, is_a_valid_scenario_that_prints_as_it_reads) {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const scenario s = story(i);
    const std::string text = print(s);
    const parsed_scenario parsed = parse_scenario(text, "story");
    ASSERT_TRUE(parsed) << to_string(parsed.errors.front()) << text;
    ASSERT_EQ(print(parsed.value), text);
    ASSERT_EQ(parsed.value.lines.size(), s.lines.size());
    for (std::size_t line = 0; line < s.lines.size(); ++line) {
      ASSERT_EQ(parsed.value.lines[line].what, s.lines[line].what) << print(s.lines[line].what);
      ASSERT_EQ(parsed.value.lines[line].number, s.lines[line].number);
    }
  }
}

TEST(random_story, keeps_to_its_shape) {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t seed = story_seed(2, i);
    const story_shape shape = random_shape(seed);
    const scenario s = random_story(seed, shape);
    story_statistics counted;
    counted.add(s);
    std::uint64_t filesystems = 0;
    for (const char* verb : {"mkfs", "mksquashfs", "mkerofs", "mke2fs", "clone"}) filesystems += counted.of(std::string("verb ") + verb);
    EXPECT_LE(filesystems, static_cast<std::uint64_t>(shape.filesystems));
    // "About": a story ends with what it began.
    EXPECT_GE(s.lines.size() + 10, static_cast<std::size_t>(shape.shortest)) << print(s);
    EXPECT_LE(s.lines.size(), static_cast<std::size_t>(shape.longest) + 25) << print(s);
  }
}

TEST(random_story, uses_only_the_filesystems_asked_for) {
  story_shape shape;
  shape.writable = {fs_type::tmpfs};
  shape.images = {fs_type::squashfs};
  story_statistics counted;
  for (std::uint64_t i = 0; i < 200; ++i) counted.add(random_story(i, shape));
  for (const char* fs : {"ext4", "xfs", "btrfs", "erofs", "mke2fs", "erofs uuid=", "mke2fs uuid="}) {
    EXPECT_EQ(counted.of(std::string("fs ") + fs), 0U) << fs;
  }
}

TEST(random_story, comes_in_every_profile) {
  std::map<story_profile, int> profiles;
  for (std::uint64_t i = 0; i < 500; ++i) ++profiles[random_shape(story_seed(1, i)).profile];
  EXPECT_EQ(profiles.size(), static_cast<std::size_t>(story_profiles));
}

TEST(random_story, every_verb_filesystem_and_option_occurs) {
  story_statistics counted;
  for (std::uint64_t i = 0; i < 1000; ++i) counted.add(story(i));
  for (const char* what :
       {"verb mkfs", "verb mksquashfs", "verb mkerofs", "verb mke2fs", "verb clone", "verb cp", "verb mount", "verb umount",
        "verb drop-caches", "verb create", "verb write", "verb append", "verb read", "verb truncate", "verb chmod", "verb chown",
        "verb touch", "verb mkdir", "verb rmdir", "verb unlink", "verb mkfifo", "verb rename", "verb exchange", "verb link",
        "verb symlink", "verb readlink", "verb stat", "verb ls", "verb setxattr", "verb getxattr", "verb removexattr",
        "verb listxattr", "verb open", "verb fstat", "verb fread", "verb fwrite", "verb close", "verb fh", "verb fhopen",
        "fs ext4", "fs xfs", "fs btrfs", "fs tmpfs", "fs squashfs", "fs squashfs -no-exports", "fs erofs", "fs erofs uuid=",
        "fs mke2fs", "fs mke2fs uuid=", "layers 1", "layers 2", "layers 3", "upper yes", "upper no", "option no xino=",
        "option xino=off", "option xino=auto", "option xino=on", "option ro", "option mkfs uuid="}) {
    EXPECT_GE(counted.of(what), 20U) << what;
  }
}

TEST(random_story, all_features_have_what_the_kernel_refuses_and_defaults_too) {
  story_statistics counted;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t seed = story_seed(1, i);
    story_shape shape = random_shape(seed);
    shape.all_features = true;
    counted.add(random_story(seed, shape));
  }
  for (const char* what : {"verb module", "layers 0", "layers data-only alone", "data layers 1"}) EXPECT_GE(counted.of(what), 15U) << what;
}

TEST(random_story, most_commands_succeed_on_the_model) {
  std::map<story_profile, std::array<int, 2>> by_profile;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const std::uint64_t seed = story_seed(1, i);
    const story_shape shape = random_shape(seed);
    for (const answered& a : run_on_model(random_story(seed, shape), linux_6_18)) {
      ++by_profile[shape.profile][a.result.status == errc::ok ? 0 : 1];
    }
  }
  for (const auto& [profile, counts] : by_profile) {
    const int percent = 100 * counts[0] / (counts[0] + counts[1]);
    EXPECT_GE(percent, 65) << name(profile);
    EXPECT_LE(percent, 92) << name(profile);
  }
}

// ---- Shrinking.

scenario parsed(std::string_view text) { return parse_scenario(text, "test").value; }

std::uint64_t count(const scenario& s, std::string_view verb) {
  story_statistics counted;
  counted.add(s);
  return counted.of("verb " + std::string(verb));
}

TEST(shrink, keeps_only_the_lines_that_matter) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    const scenario s = story(i);
    if (count(s, "rename") < 2) continue;
    const scenario small = shrink(s, [](const scenario& c) { return count(c, "rename") >= 2; });
    // A rename needs the filesystem or the overlay that it names, and an overlay a layer.
    EXPECT_LE(small.lines.size(), 6U) << print(small);
    EXPECT_EQ(count(small, "rename"), 2U) << print(small);
  }
}

TEST(shrink, gives_a_scenario_from_which_no_line_can_go) {
  const auto still = [](const scenario& s) { return count(s, "stat") >= 1 && count(s, "unlink") >= 1 && count(s, "mount") >= 1; };
  for (std::uint64_t i = 0; i < 40; ++i) {
    const scenario s = story(i);
    if (!still(s)) continue;
    const scenario small = shrink(s, still);
    EXPECT_TRUE(still(small));
    for (std::size_t line = 0; line < small.lines.size(); ++line) {
      scenario less = small;
      less.lines.erase(less.lines.begin() + static_cast<std::ptrdiff_t>(line));
      EXPECT_FALSE(parse_scenario(print(less), "less") && still(less)) << print(small) << "without line " << line + 1;
    }
  }
}

TEST(shrink, removes_lines_that_only_go_together) {
  const scenario s = parsed(
      "mkfs low tmpfs\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\numount m\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nstat m:/\n");
  // Mounted at the end: the first mount can only go along with the umount.
  const auto still = [](const scenario& c) {
    bool mounted = false;
    for (const scenario_line& line : c.lines) {
      if (std::holds_alternative<cmd::mount>(line.what)) {
        if (mounted) return false;
        mounted = true;
      }
      if (std::holds_alternative<cmd::umount>(line.what)) mounted = false;
    }
    return mounted && count(c, "stat") == 1;
  };
  const scenario small = shrink(s, still);
  EXPECT_EQ(count(small, "umount"), 0U) << print(small);
  EXPECT_EQ(count(small, "mount"), 1U) << print(small);
}

TEST(shrink, makes_what_is_left_simpler) {
  const scenario s = parsed(
      "mkfs a xfs uuid=11111111-1111-1111-1111-111111111111\nmkfs b ext4\nmkdir a:/d\ncreate a:/d/name-that-is-long \"some data\" 0600\n"
      "mount m lowerdir=a:/,b:/ xino=on ro\nstat m:/d/name-that-is-long\n");
  const auto still = [](const scenario& c) {
    return count(c, "mount") == 1 && std::any_of(c.lines.begin(), c.lines.end(), [](const scenario_line& line) {
             const auto* create = std::get_if<cmd::create>(&line.what);
             return create != nullptr && create->at.rest != "/";
           });
  };
  EXPECT_EQ(print(shrink(s, still)), "mkfs a tmpfs\ncreate a:/n\nmount m lowerdir=a:/\n");
}

TEST(shrink, numbers_lines_as_they_are_printed) {
  const scenario s = parsed("# a comment\n\nmkfs a tmpfs\n\ncreate a:/x -> ok\nstat a:/x -> ok\n");
  const scenario small = shrink(s, [](const scenario& c) { return count(c, "stat") == 1; });
  ASSERT_EQ(small.lines.size(), 2U);
  EXPECT_EQ(small.lines[1].number, 2);
  EXPECT_EQ(small.lines[1].expected.size(), 1U);
}

TEST(shrink, is_deterministic_and_bounded) {
  const scenario s = story(3);
  int runs = 0;
  const auto still = [&](const scenario& c) {
    ++runs;
    return c.lines.size() > 5;
  };
  const std::string once = print(shrink(s, still, {50}));
  EXPECT_LE(runs, 50);
  EXPECT_EQ(print(shrink(s, still, {50})), once);
}

TEST(shrink, gives_back_what_cannot_be_smaller) {
  const scenario s = parsed("mkfs a tmpfs\nstat a:/\n");
  EXPECT_EQ(print(shrink(s, [](const scenario& c) { return count(c, "stat") == 1; })), print(s));
}

}  // namespace
