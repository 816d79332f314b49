// SPDX-License-Identifier: Apache-2.0
//
// Effects that are decided by precedent are those that a command has: each is run, too, in every state of the shipped scopes, and of
// scopes with what makes one upper hang together with the rest. A search ends the same with precedents and without.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <limits>

#include "explore/precedents.hpp"
#include "explore/search.hpp"
#include "ovlsim/policy.hpp"
#include "same_search.hpp"

namespace ovlsim::testing {
namespace {

using namespace explore_parts;

constexpr use_of_precedents never{.from = std::numeric_limits<std::uint64_t>::max()};
constexpr use_of_precedents from_the_start{.from = 0};

/// The properties in groups that remember the same, and none at all, so that the search goes to the end.
std::vector<std::vector<property>> groups() {
  std::vector<std::vector<property>> all{{}};
  for (const remembers needs : {remembers::nothing, remembers::numbers_in_mount, remembers::numbers_over_mounts, remembers::contents,
                                remembers::handles}) {
    std::vector<property> group;
    for (const property& p : properties()) {
      if (p.needs == needs) group.push_back(p);
    }
    if (!group.empty()) all.push_back(std::move(group));
  }
  return all;
}

/// How many effects were decided.
std::uint64_t expect_right_precedents(const scope& s, const kernel& k, unsigned depth = std::numeric_limits<unsigned>::max()) {
  std::atomic<std::uint64_t> decided{0};
  const cones c = cones_of(s);
  for (const std::vector<property>& asked : groups()) {
    SCOPED_TRACE(asked.empty() ? std::string("no property") : std::string(asked.front().name));
    explore_limits limits;
    limits.depth = depth;
    const std::optional<exploration> with_runs = search_with(c, s, k, asked, limits, never);
    if (!with_runs) {
      ADD_FAILURE();
      break;
    }
    EXPECT_TRUE(search_with(c, s, k, asked, limits, {0, true, &decided})) << "a precedent has decided otherwise than the command does";
    std::uint64_t memory = 0;
    for (const unsigned threads : {1U, 3U}) {
      limits.threads = threads;
      const std::optional<exploration> by_precedent = search_with(c, s, k, asked, limits, from_the_start);
      EXPECT_TRUE(by_precedent);
      if (!by_precedent) continue;
      expect_the_same(*by_precedent, *with_runs);
      if (threads == 1) memory = by_precedent->reached.memory;
      EXPECT_EQ(by_precedent->reached.memory, memory) << threads;
    }
  }
  return decided;
}

scope scope_of(std::string_view text) {
  parsed_scope parsed = parse_scope(text, "precedents");
  EXPECT_TRUE(parsed);
  return std::move(parsed.value);
}

TEST(Precedents, AreRightInAllShippedScopes) {
  std::uint64_t decided = 0;
  for (const shipped_scope& shipped : shipped_scopes()) {
    SCOPED_TRACE(std::string(shipped.name));
    scope s = scope_of(shipped.text);
    decided += expect_right_precedents(s, linux_6_18);
    if (with_mount_option(s, "xino=on").empty()) decided += expect_right_precedents(s, linux_6_18);
  }
  EXPECT_GT(decided, 10000U);
}

/// Whiteouts, opaque directories, hard links, files of several sizes, symlinks, listings, and moves on the upper itself.
TEST(Precedents, AreRightWhereMuchHappensInTheUpper) {
  const scope s = scope_of(R"(mkfs build tmpfs
mkdir build:/d
create build:/d/a "lower a"
create build:/b "lower b"
symlink b build:/s
mksquashfs low build:/
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
moves
write m:/d/a "upper"
truncate m:/b 1
unlink m:/b
link m:/d/a m:/d/c
rename m:/d/c m:/b
ls m:/d
ls m:/
read m:/s
rmdir m:/d
mkdir m:/d
unlink up:/u/b
chmod up:/u/d 700
drop-caches
move remount
  umount m
  mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
end
)");
  EXPECT_GT(expect_right_precedents(s, linux_6_18, 6), 1000U);
}

/// Speaks of some sizes of the file that was copied up, and says that it has looked, or not.
template <bool says_so>
finding judged_by_size(const step& st) {
  if (!std::holds_alternative<cmd::stat>(st.what)) return {};
  const backing::filesystem& up = *st.after.filesystems[2];
  for (auto i = up.inodes.first(); i != up.inodes.end(); ++i) {
    if (i->type != file_type::file) continue;
    if (says_so) backing::note_content(up, *i);
    return i->size == 3 ? finding{} : finding::of(true);
  }
  return {};
}

/// What is read and not noted is no part of a precedent: then one decides otherwise than the command does, and doubt finds it out.
TEST(Precedents, DoubtFindsAReadThatNobodyHasNoted) {
  const scope s = scope_of(R"(mkfs build tmpfs
create build:/A "lower"
create build:/B ""
mksquashfs low build:/
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
write m:/A "the first"
moves
truncate m:/A 3
truncate m:/A 4
stat m:/B
drop-caches
)");
  const auto doubt = [&](finding (*judge)(const step&)) {
    std::atomic<std::uint64_t> decided{0};
    const std::array<property, 1> asked{property{"mine", "nothing is wrong", remembers::nothing, judge}};
    const bool is_right = search_with(cones_of(s), s, linux_6_18, asked, {}, {0, true, &decided}).has_value();
    EXPECT_NE(decided, 0U);
    return is_right;
  };
  EXPECT_TRUE(doubt(judged_by_size<true>));
  EXPECT_FALSE(doubt(judged_by_size<false>));
}

}  // namespace
}  // namespace ovlsim::testing
