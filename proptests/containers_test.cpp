// SPDX-License-Identifier: Apache-2.0
//
// What worlds are made of, against std::map, far beyond the size of a story's world: the sorted table in its blocks, the dentry hash
// table, the names.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "overlay/dcache.hpp"
#include "ovlsim/apply.hpp"

namespace ovlsim::testing {
namespace {

/// The same numbers everywhere, unlike those of the distributions.
class random_source {
 public:
  explicit random_source(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

struct row {
  std::uint32_t number = 0;
  std::uint32_t value = 0;
  std::uint32_t key() const { return number; }
  bool operator==(const row&) const = default;
};
using rows = table<row, 8>;
using reference = std::map<std::uint32_t, std::uint32_t>;

void expect_same(const rows& t, const reference& m) {
  ASSERT_EQ(t.size(), m.size());
  ASSERT_EQ(t.empty(), m.empty());
  auto at = t.begin();
  for (const auto& [number, value] : m) {
    ASSERT_EQ(*at, (row{number, value}));
    ++at;
  }
  ASSERT_TRUE(at == t.end());
}

/// Adds, moves and removes rows at random; more are removed in every other thousand steps, so that blocks run empty, too.
void change(rows& t, reference& m, std::uint32_t keys, random_source& random) {
  for (std::uint32_t step = 0; step < 4000; ++step) {
    const std::uint32_t number = random() % keys;
    const std::uint32_t luck = random() % (step / 1000 % 2 == 0 ? 4 : 7);
    if (luck < 2) {
      if (m.try_emplace(number, step).second) {
        EXPECT_EQ(t.insert({number, step}).number, number);
      }
    } else if (luck == 2 && !m.empty()) {
      auto old = m.lower_bound(number);
      if (old == m.end()) old = m.begin();
      const std::uint32_t to = random() % keys;
      if (to != old->first && m.contains(to)) continue;
      t.replace(old->first, row{to, step});
      m.erase(old);
      m[to] = step;
    } else {
      EXPECT_EQ(t.erase(number), m.erase(number) > 0);
    }
    const auto bound = m.lower_bound(number);
    const auto found = t.lower_bound(number);
    ASSERT_EQ(found == t.end(), bound == m.end());
    if (bound != m.end()) {
      ASSERT_EQ(found->number, bound->first);
    }
    ASSERT_EQ(t.find(number) != nullptr, m.contains(number));
    if (step % 97 == 0) expect_same(t, m);
  }
}

TEST(Table, IsAMapOfManyBlocks) {
  random_source random(1);
  for (std::uint32_t round = 0; round < 16; ++round) {
    rows t;
    reference m;
    change(t, m, 20U << (round % 8), random);
    expect_same(t, m);
    rows copy = t;
    EXPECT_EQ(copy, t);
    rows moved = std::move(copy);
    expect_same(moved, m);
    copy = moved;  // whatever blocks it came by, rows are what counts
    rows rebuilt;
    for (const row& r : t) rebuilt.insert(r);
    EXPECT_EQ(rebuilt, copy);
  }
}

TEST(DentryHash, FindsWhatIsHashedAndNothingElse) {
  random_source random(3);
  for (std::uint32_t round = 0; round < 12; ++round) {
    world w;
    std::vector<std::string> log;
    context c{w, linux_6_18, nullptr, log};
    w.overlays.emplace_back();
    overlay::mounted& o = w.overlays[0].change();
    overlay::add_dentry(o, overlay::none, name_id{0});
    const std::uint32_t names = 2U << round;
    std::map<std::uint32_t, std::uint32_t> hashed;  // name to dentry
    const auto any = [&] { return std::next(hashed.begin(), static_cast<std::ptrdiff_t>(random() % hashed.size())); };
    for (int step = 0; step < 3000; ++step) {
      const std::uint32_t name = random() % names;
      const std::uint32_t luck = random() % 6;
      if (luck < 3) {
        if (!hashed.contains(name)) hashed[name] = overlay::add_dentry(o, overlay::root_dentry, name_id{name});
      } else if (luck == 3 && !hashed.empty()) {
        const auto gone = any();
        overlay::drop(c, o, gone->second);
        hashed.erase(gone);
        if (random() % 4 == 0) overlay::reap(c);
      } else if (hashed.size() > 1) {
        const auto a = any();
        const auto b = any();
        if (a == b) continue;
        if (luck == 4) {
          overlay::exchange(o, a->second, b->second);
          std::swap(a->second, b->second);
        } else {
          overlay::move(c, o, a->second, b->second);
          b->second = a->second;
          hashed.erase(a);
        }
      }
      const std::uint32_t asked = random() % names;
      const auto expected = hashed.find(asked);
      ASSERT_EQ(overlay::cached(o, overlay::root_dentry, name_id{asked}),
                expected == hashed.end() ? overlay::none : expected->second);
      ASSERT_EQ(o.hashed.used, hashed.size());
    }
  }
}

TEST(NameTable, KnowsEachNameByItsBytesAlone) {
  random_source random(5);
  name_table names;
  std::map<std::string, name_id> known;
  for (int step = 0; step < 20'000; ++step) {
    // Of few letters, NUL among them, so that many names differ in one place or in length only, about the eight bytes of a word.
    std::string name(random() % 12, '\0');
    for (char& letter : name) letter = "\0ab"[random() % 3];
    const auto expected = known.find(name);
    ASSERT_EQ(names.find(name), expected == known.end() ? std::nullopt : std::optional(expected->second));
    if (random() % 2 == 0) continue;
    const name_table before = names;
    const name_id id = names.intern(name);
    const bool is_new = known.try_emplace(name, id).second;
    ASSERT_EQ(known.at(name), id);
    ASSERT_EQ(names.text(id), name);
    ASSERT_EQ(names.size(), known.size());
    ASSERT_EQ(before == names, !is_new);
  }
}

}  // namespace
}  // namespace ovlsim::testing
