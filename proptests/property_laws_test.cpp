// SPDX-License-Identifier: Apache-2.0
//
// The verdicts of the matrix against chance: what holds in the scopes holds in random stories of larger worlds, and what is violated is
// violated by a random story, too, of which no part is shorter than the explorer's. A story is a row of small numbers, the moves; the seed
// is fixed, so that a test judges the change and not its luck.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "explore/cones.hpp"
#include "explore/twins.hpp"
#include "ovlsim/matrix.hpp"
#include "ovlsim/policy.hpp"

namespace ovlsim::testing {
namespace {

using story_moves = std::vector<std::uint8_t>;

/// splitmix64
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t throw_once() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(throw_once() % n); }
  story_moves story(std::size_t moves, std::size_t shortest, std::size_t longest) {
    story_moves s(shortest + below(longest - shortest + 1));
    for (std::uint8_t& m : s) m = static_cast<std::uint8_t>(below(moves));
    return s;
  }

 private:
  std::uint64_t state_;
};

/// Tells stories of a scope, and what properties say of them.
class teller {
 public:
  teller(const scope& s, const kernel& k, std::vector<property> asked)
      : scope_(s), kernel_(k), asked_(std::move(asked)), lowers_(explore_parts::cones_of(s).lowers) {
    for (const property& p : asked_) needs_.push_back(p.needs);
    for (const command& c : s.setup) happen(c, start_, past_, nullptr);
  }

  /// Of which properties (by place) a story breaks one, and behind how many moves; `skip`: places that are of no interest any more.
  struct broken {
    std::size_t place = 0;
    std::size_t moves = 0;
    std::string why;
  };
  std::vector<broken> tell(const story_moves& story, const std::set<std::size_t>& skip = {}) const {
    std::vector<broken> all;
    world w = start_;
    memory past = past_;
    std::set<std::size_t> done = skip;
    for (std::size_t n = 0; n < story.size(); ++n) {
      for (const command& c : scope_.moves[story[n]].commands) {
        std::vector<broken> now;
        happen(c, w, past, &now, done);
        for (broken& b : now) {
          done.insert(b.place);
          b.moves = n + 1;
          all.push_back(std::move(b));
        }
      }
    }
    return all;
  }

  std::string in_words(const story_moves& story) const {
    std::string words;
    for (const std::uint8_t m : story) words += "\n  " + scope_.moves[m].name;
    return words;
  }

 private:
  void happen(const command& c, world& w, memory& past, std::vector<broken>* found, const std::set<std::size_t>& skip = {}) const {
    const world before = w;
    const outcome answer = apply(w, c, kernel_);
    const step s{before, c, answer, w, past, kernel_};
    for (std::size_t p = 0; found != nullptr && p < asked_.size(); ++p) {
      if (skip.contains(p)) continue;
      finding f = asked_[p].judge(s);
      if (f.what == finding::kind::broken) found->push_back({p, 0, std::move(f.why)});
    }
    past = remember(s, needs_, lowers_);
  }

  const scope& scope_;
  const kernel& kernel_;
  std::vector<property> asked_;
  std::vector<remembers> needs_;
  std::vector<std::string> lowers_;
  world start_;
  memory past_;
};

/// No move of it can be left out, nor two at once.
story_moves minimised(story_moves story, const auto& still) {
  for (std::size_t chunk = std::max<std::size_t>(story.size() / 2, 1); chunk > 0;) {
    bool smaller = false;
    for (std::size_t at = 0; at + chunk <= story.size();) {
      story_moves without = story;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(at), without.begin() + static_cast<std::ptrdiff_t>(at + chunk));
      if (still(without)) {
        story = std::move(without);
        smaller = true;
      } else {
        ++at;
      }
    }
    if (!smaller || chunk > 1) chunk = chunk == 1 ? 0 : chunk / 2;
  }
  return story;
}

// ------------------------------------------------------------------------------------------------------------ the matrix

struct table {
  std::vector<matrix_row> rows;
  std::vector<matrix_case> cases;
  std::vector<property> asked;
  std::vector<matrix_cell> cells;

  const matrix_cell& cell(std::size_t in_case, std::size_t row) const { return cells[in_case * rows.size() + row]; }
};

/// All policies and properties over the shipped scopes with default options; made once.
const table& the_matrix() {
  static const table made = [] {
    table t;
    t.rows.push_back({"6.18", linux_6_18});
    for (const policy& p : policies()) t.rows.push_back({std::string(p.name), *with_policies(linux_6_18, p.name).value});
    for (const shipped_scope& s : shipped_scopes()) {
      parsed_scope parsed = parse_scope(s.text, std::string(s.name));
      t.cases.push_back({"default", std::move(parsed.value)});
    }
    t.asked.assign(properties().begin(), properties().end());
    explore_limits two;
    two.threads = 2;
    t.cells = explore_all(t.rows, t.cases, t.asked, two);
    return t;
  }();
  return made;
}

// ---------------------------------------------------------------------------------------------------------- larger worlds

/// More names, a directory, links, file handles, open files: what a user may do in any of them.
std::string what_users_do() {
  std::string moves;
  for (const char* name : {"A", "B", "C", "ZA", "d/E", "L"}) {
    moves += std::string("stat m:/") + name + "\nwrite m:/" + name + " \"" + name + ", written\"\n";
  }
  return moves +
         "append m:/A \"!\"\nappend m:/d/E \"!\"\nread m:/B\nchmod m:/A 0600\nchmod m:/d/E 0600\ntruncate m:/C 2\nremovexattr m:/A user.a\n"
         "rename m:/A m:/ZA\nrename m:/B m:/C\nrename m:/C m:/A\nrename m:/A m:/d/E\nrename m:/d/E m:/ZA\nrename m:/d m:/dd\nexchange m:/A m:/B\n"
         "link m:/A m:/L\nunlink m:/B\nunlink m:/L\ncreate m:/B \"B of the overlay\"\nls m:/\nls m:/d\n"
         "fh m:/A h\nfh m:/d/../B g\nfhopen m h\nfhopen m g\ndrop-caches\n"
         "move by-handle\nopen m:/A f rw\nfwrite f \"by handle\"\nclose f\nend\n";
}

struct large_world {
  std::string name;
  scope what;
};

scope made_of(const std::string& name, const std::string& text) {
  parsed_scope parsed = parse_scope(text, name);
  for (const scenario_error& e : parsed.errors) ADD_FAILURE() << to_string(e);
  return std::move(parsed.value);
}

/// One whose lower is an image that is made anew, or a filesystem that changes offline.
scope world_of_images(const std::string& name, const std::string& make, const std::string& upper, const std::string& options) {
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w " + options + "\n";
  return made_of(name, "mkfs build tmpfs\ncreate build:/A \"A v1\"\ncreate build:/B \"B v1\"\nlink build:/B build:/C\nmkdir build:/d\ncreate build:/d/E \"E v1\"\n" +
                           make + "\nmkfs up " + upper + "\nmkdir up:/u\nmkdir up:/w\n" + mount + "moves\n" + what_users_do() +
                           "create build:/0 \"comes first\"\nunlink build:/0\nrename build:/A build:/ZA\nrename build:/ZA build:/A\nrename build:/B build:/d/F\n"
                           "write build:/A \"A v2\"\nunlink build:/C\nmove remount\numount m\n" + mount + "end\nmove update\numount m\n" + make + "\n" + mount + "end\n");
}

scope world_of_filesystems(const std::string& name, const std::string& options, const std::string& more) {
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w " + options + "\n";
  std::string moves;
  int n = 0;
  for (const char* change : {"create low:/ZA \"ZA of the lower\"", "write low:/A \"A v2\"", "unlink low:/A", "rename low:/B low:/A", "link low:/A low:/B",
                             "rename low:/d low:/dd", "create low:/0 \"another\""}) {
    moves += "move offline-" + std::to_string(++n) + "\numount m\n" + change + "\n" + mount + "end\n";
  }
  return made_of(name, "mkfs low ext4\ncreate low:/A \"A v1\"\ncreate low:/B \"B v1\"\nlink low:/B low:/C\nmkdir low:/d\ncreate low:/d/E \"E v1\"\nclone copy low\n"
                       "mkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmkfs up2 ext4\nmkdir up2:/w\n" + mount + "moves\n" + what_users_do() + moves +
                           "move remount\numount m\n" + mount + "end\n" + more);
}

std::vector<large_world> large_worlds() {
  const std::string id = " uuid=6f6f6f6f-1111-4222-8333-444444444444";
  const std::string on_copy =
      "move on-a-copy\numount m\nmount m lowerdir=copy:/ upperdir=up:/u workdir=up:/w\nend\n"
      "move on-a-changed-copy\numount m\nunlink copy:/A\ncreate copy:/ZA \"ZA of the copy\"\nmount m lowerdir=copy:/ upperdir=up:/u workdir=up:/w\nend\n";
  const std::string copy_upper =
      "move copy-upper\numount m\ncp -a up:/u up2:/u\nmount m lowerdir=low:/ upperdir=up2:/u workdir=up2:/w\nend\n";
  std::vector<large_world> all;
  const auto add = [&](scope s) { all.push_back({s.name, std::move(s)}); };
  add(world_of_images("squashfs", "mksquashfs low build:/", "tmpfs", ""));
  add(world_of_images("erofs", "mkerofs low build:/" + id, "tmpfs", ""));
  add(world_of_images("ext4-image", "mke2fs low build:/" + id, "ext4", ""));
  add(world_of_images("metacopy", "mksquashfs low build:/", "tmpfs", "metacopy=on"));
  add(world_of_images("nfs-export", "mksquashfs low build:/", "ext4", "index=on nfs_export=on"));
  add(world_of_filesystems("ext4", "", ""));
  add(world_of_filesystems("index", "index=on", ""));
  add(world_of_filesystems("ext4-clone", "", on_copy));
  add(world_of_filesystems("copied-upper", "", copy_upper));
  const std::string two = "mount m lowerdir=top:/,base:/ upperdir=up:/u workdir=up:/w\n";
  add(made_of("null-uuid", "mkfs build tmpfs\ncreate build:/A \"A of the base\"\ncreate build:/C \"C of the base\"\nmkdir build:/d\ncreate build:/d/E \"E\"\nmksquashfs base build:/\n"
                           "unlink build:/A\ncreate build:/B \"B of the top\"\nmksquashfs top build:/\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n" + two + "moves\n" +
                               what_users_do() + "move remount\numount m\n" + two + "end\nmove without-top\numount m\nmount m lowerdir=base:/ upperdir=up:/u workdir=up:/w\nend\n"
                               "move without-base\numount m\nmount m lowerdir=top:/ upperdir=up:/u workdir=up:/w\nend\n"));
  return all;
}

/// The matrix says `holds` of these properties (by place) of a row: in every scope, and they happened in one.
std::vector<std::size_t> what_holds(const table& t, std::size_t row) {
  std::vector<std::size_t> places;
  for (std::size_t p = 0; p < t.asked.size(); ++p) {
    bool holds = true;
    bool happened = false;
    for (std::size_t c = 0; c < t.cases.size(); ++c) {
      const property_verdict& v = t.cell(c, row).found->verdicts[p];
      holds = holds && !v.broken && v.end == explore_end::closed;
      happened = happened || v.happened;
    }
    if (holds && happened) places.push_back(p);
  }
  return places;
}

/// What holds in the scopes for want of a move, and the larger worlds break.
struct only_in_scopes {
  std::string_view property;
  std::vector<std::string_view> worlds;
  std::string_view why;
};
const only_in_scopes known_to_break[] = {
    {"order-free", {"nfs-export"}, "`link m:/A m:/L` of a lower file, of which `stat m:/L` has nlink=2, and 3 after drop-caches; Linux 6.18 answers so"},
    {"write-isolated", {"index"}, "names that were links of a lower file, all but one of which are removed offline: nothing in the layers tells them from a collision"},
};
bool is_known_to_break(std::string_view property, std::string_view world) {
  return std::any_of(std::begin(known_to_break), std::end(known_to_break), [&](const only_in_scopes& o) {
    return o.property == property && std::find(o.worlds.begin(), o.worlds.end(), world) != o.worlds.end();
  });
}

TEST(PropertyLaws, WhatHoldsInTheScopesHoldsInLargerWorlds) {
  constexpr std::size_t stories = 1000;
  const table& t = the_matrix();
  const std::vector<large_world> worlds = large_worlds();
  std::size_t cells = 0;
  std::set<std::string> known;  // that did break
  for (const large_world& l : worlds) {
    std::vector<bool> done(t.rows.size());
    for (std::size_t row = 0; row < t.rows.size(); ++row) {
      if (done[row]) continue;
      const std::vector<std::size_t> places = what_holds(t, row);
      std::vector<property> asked;
      for (const std::size_t p : places) asked.push_back(t.asked[p]);
      cells += places.size();
      // Rows of which the same is said, and which no story has told apart, have told them all.
      std::vector<std::size_t> left;
      std::vector<kernel> others;
      for (std::size_t other = row + 1; other < t.rows.size(); ++other) {
        if (done[other] || what_holds(t, other) != places) continue;
        left.push_back(other);
        others.push_back(t.rows[other].k);
      }
      explore_parts::twins same(t.rows[row].k, others);
      const teller tells(l.what, same.watched(), asked);
      dice d(row * 1000 + l.name.size());
      for (std::size_t n = 0; !asked.empty() && n < stories / worlds.size(); ++n) {
        const story_moves story = d.story(l.what.moves.size(), 6, 20);
        for (const teller::broken& b : tells.tell(story)) {
          if (is_known_to_break(asked[b.place].name, l.name)) {
            known.emplace(asked[b.place].name);
            continue;
          }
          const auto still = [&](const story_moves& s) {
            const std::vector<teller::broken> again = tells.tell(s);
            return std::any_of(again.begin(), again.end(), [&](const teller::broken& other) { return other.place == b.place; });
          };
          ADD_FAILURE() << t.rows[row].name << ", " << l.name << ": " << asked[b.place].name << ": " << b.why << tells.in_words(minimised(story, still));
        }
      }
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (!same.alike()[i]) continue;
        done[left[i]] = true;
        cells += places.size();
      }
    }
  }
  EXPECT_GT(cells / worlds.size(), 15U);
  for (const only_in_scopes& o : known_to_break) EXPECT_TRUE(known.contains(std::string(o.property))) << "holds now, so it need not be known: " << o.why;
}

TEST(PropertyLaws, ChanceFindsWhatTheExplorerFindsAndNothingShorter) {
  constexpr std::size_t most_stories = 20000;
  const table& t = the_matrix();
  std::size_t found_ones = 0;
  for (std::size_t c = 0; c < t.cases.size(); ++c) {
    const scope& s = t.cases[c].what;
    std::set<const exploration*> looked_at;
    for (std::size_t row = 0; row < t.rows.size(); ++row) {
      const exploration& e = *t.cell(c, row).found;
      if (!looked_at.insert(&e).second) continue;  // the same rules, as far as this scope asks
      std::vector<property> asked;
      std::vector<const property_verdict*> verdicts;
      for (std::size_t p = 0; p < t.asked.size(); ++p) {
        if (!e.verdicts[p].broken) continue;
        asked.push_back(t.asked[p]);
        verdicts.push_back(&e.verdicts[p]);
      }
      const teller tells(s, t.rows[row].k, asked);
      dice d(c * 1000 + row);
      std::set<std::size_t> found;
      for (std::size_t n = 0; n < most_stories && found.size() < asked.size(); ++n) {
        const story_moves story = d.story(s.moves.size(), 10, 40);
        for (const teller::broken& b : tells.tell(story, found)) {
          found.insert(b.place);
          ++found_ones;
          const std::vector<property> one{asked[b.place]};
          const teller tells_one(s, t.rows[row].k, one);
          const story_moves shortest = minimised({story.begin(), story.begin() + static_cast<std::ptrdiff_t>(b.moves)},
                                                 [&](const story_moves& part) { return !tells_one.tell(part).empty(); });
          EXPECT_GE(shortest.size(), verdicts[b.place]->broken->moves.size()) << t.rows[row].name << ", " << s.name << ": " << asked[b.place].name << tells.in_words(shortest);
        }
      }
      for (std::size_t p = 0; p < asked.size(); ++p) {
        EXPECT_TRUE(found.contains(p)) << t.rows[row].name << ", " << s.name << ": " << asked[p].name << " was not broken by chance";
      }
    }
  }
  EXPECT_GT(found_ones, 100U);
}

}  // namespace
}  // namespace ovlsim::testing
