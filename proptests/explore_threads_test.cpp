// SPDX-License-Identifier: Apache-2.0
//
// What the explorer is made of: threads that make no difference, cones that may be wrong, memory that is what it says.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <new>
#include <numeric>

#include "explore/interned.hpp"
#include "explore/search.hpp"
#include "explore/team.hpp"
#include "ovlsim/policy.hpp"
#include "same_search.hpp"

namespace ovlsim::testing {
namespace {

using namespace explore_parts;

scope shipped_with(std::string_view name, std::string_view option = {}) {
  parsed_scope parsed = parse_scope(shipped_scope_named(name).value(), std::string(name));
  EXPECT_TRUE(parsed) << name;
  if (!option.empty()) {
    EXPECT_EQ(with_mount_option(parsed.value, option), "");
  }
  return std::move(parsed.value);
}

void expect_the_same_and_memory(const exploration& a, const exploration& b) {
  expect_the_same(a, b);
  EXPECT_EQ(a.reached.memory, b.reached.memory);
}

exploration with_threads(const scope& s, std::span<const property> asked, unsigned threads, explore_limits limits = {}) {
  limits.threads = threads;
  return explore(s, linux_6_18, asked, limits);
}

TEST(Threads, ChangeNothingButTheTime) {
  for (const shipped_scope& shipped : shipped_scopes()) {
    SCOPED_TRACE(std::string(shipped.name));
    const scope s = shipped_with(shipped.name, "xino=on");
    const exploration one = with_threads(s, properties(), 1);
    for (const unsigned threads : {2U, 5U}) expect_the_same_and_memory(with_threads(s, properties(), threads), one);
  }
}

TEST(Threads, ChangeNothingWhereALimitEndsTheSearch) {
  const scope s = shipped_with("null-uuid");
  explore_limits shallow;
  shallow.depth = 5;
  expect_the_same_and_memory(with_threads(s, properties(), 3, shallow), with_threads(s, properties(), 1, shallow));
  explore_limits small;
  small.memory = 500000;
  const exploration one = with_threads(s, properties(), 1, small);
  EXPECT_EQ(one.end, explore_end::memory);
  expect_the_same_and_memory(with_threads(s, properties(), 3, small), one);
}

TEST(Threads, ATeamDoesAllOfItsWorkOnce) {
  team workers(3);
  for (const std::size_t count : {0U, 1U, 7U, 1000U}) {
    std::vector<std::atomic<int>> done(count);
    workers.begin(count, [&](std::size_t n, unsigned) { ++done[n]; });
    workers.finish();
    for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
  }
}

TEST(Threads, WhatOneThrowsIsThrownWhereTheWorkIsFinished) {
  team workers(3);
  constexpr std::size_t unlucky = 57;
  workers.begin(100, [](std::size_t n, unsigned) {
    if (n == unlucky) throw std::bad_alloc();
  });
  EXPECT_THROW(workers.finish(), std::bad_alloc);
  std::atomic<int> done{0};
  workers.begin(100, [&](std::size_t, unsigned) { ++done; });
  workers.finish();
  EXPECT_EQ(done, 100);
}

/// Cones that leave out what a command changes: it is seen, and the search is made without them.
TEST(Cones, WrongOnesCostTimeAndNothingElse) {
  const scope s = shipped_with("squashfs");
  const cones right = cones_of(s);
  ASSERT_GT(right.blocks, 1U);
  cones wrong = right;
  wrong.blocks = static_cast<std::uint32_t>(wrong.filesystems.size()) + 1;
  std::iota(wrong.block_of.begin(), wrong.block_of.end(), 1U);  // a write through the overlay changes its upper filesystem
  const std::array<property, 1> asked{*property_named("no-estale")};
  EXPECT_FALSE(search_with(wrong, s, linux_6_18, asked, {}));
  const exploration expected = search_for(right, s, linux_6_18, asked, {});
  const exploration e = search_for(wrong, s, linux_6_18, asked, {});
  EXPECT_EQ(to_string(e.verdicts[0]), to_string(expected.verdicts[0]));
  EXPECT_EQ(e.reached.states, expected.reached.states);
  EXPECT_EQ(e.reached.transitions, expected.reached.transitions);
  EXPECT_EQ(e.reached.depth, expected.reached.depth);
}

/// A search ends before it holds more than it may; what it may hold at the end of one more step is looked at before.
TEST(Memory, IsBounded) {
  const scope s = shipped_with("metacopy");
  for (const std::uint64_t most : {300000ULL, 700000ULL, 1000000ULL}) {
    explore_limits limits;
    limits.memory = most;
    const exploration e = explore(s, linux_6_18, {}, limits);
    EXPECT_EQ(e.end, explore_end::memory) << most;
    EXPECT_GT(e.reached.states, 1U);
    EXPECT_LT(e.reached.memory, most + most / 2) << most;
  }
}

TEST(Interned, EqualRowsAreOneNumberWhateverTheirHash) {
  interned_rows rows(2);
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t n = 0; n < 5000; ++n) {
    const std::array<std::uint32_t, 2> row{n % 70, n / 70 % 50};
    bool added = false;
    const std::uint64_t same_for_many = std::uint64_t{n % 7} << 32;  // the half of it that the table looks at
    numbers.push_back(rows.number_of(row, same_for_many, &added));
    EXPECT_EQ(added, n < 3500) << n;
    EXPECT_TRUE(std::equal(row.begin(), row.end(), rows[numbers.back()].begin()));
  }
  EXPECT_EQ(rows.size(), 3500U);
  for (std::uint32_t n = 3500; n < 5000; ++n) EXPECT_EQ(numbers[n], numbers[n - 3500]);
}

}  // namespace
}  // namespace ovlsim::testing
