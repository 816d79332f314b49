// SPDX-License-Identifier: Apache-2.0
//
// Breadth first over pairs of worlds that the same moves have led to, each in its own canonical form, with the pairs of numbers that were
// answered in one place. Pairs of which neither side is ever answered again are forgotten, so that the search ends.
#include "ovlsim/distinguish.hpp"

#include <algorithm>

#include "explore/cones.hpp"
#include "explore/levels.hpp"
#include "explore/parts.hpp"
#include "explore/same_answer.hpp"
#include "explore/story_writer.hpp"
#include "ovlsim/canonical.hpp"
#include "ovlsim/render.hpp"

namespace ovlsim {

namespace {

using namespace explore_parts;

/// Two worlds, and what was answered in them.
struct both {
  world left;
  world right;
  same_numbers known;
};

std::uint64_t hash_of(const same_numbers& n) {
  std::uint64_t h = n.devs.size();
  for (const auto* pairs : {&n.inos, &n.devs}) {
    for (const auto& [left, right] : *pairs) h = mixed(mixed(h, left), right);
  }
  return h;
}

/// Both worlds in canonical form; the numbers that are known are renamed with them.
void put_in_form(both& b, const both& from) {
  number_pairs& inos = b.known.inos;
  std::vector<std::uint64_t> lefts;
  std::vector<std::uint64_t> rights;
  for (const auto& [left, right] : inos) {
    lefts.push_back(left);
    rights.push_back(right);
  }
  const std::vector<bool> left_may = may_be_answered(b.left, lefts);
  const std::vector<bool> right_may = may_be_answered(b.right, rights);
  std::size_t kept = 0;
  for (std::size_t n = 0; n < inos.size(); ++n) {
    if (!left_may[n] && !right_may[n]) continue;
    lefts[kept] = lefts[n];
    rights[kept++] = rights[n];
  }
  lefts.resize(kept);
  rights.resize(kept);
  canonicalise(b.left, lefts, &from.left);
  canonicalise(b.right, rights, &from.right);
  inos.clear();
  for (std::size_t n = 0; n < kept; ++n) inos.emplace_back(lefts[n], rights[n]);
  std::sort(inos.begin(), inos.end());
}

class pair_search {
 public:
  pair_search(const scope& s, const kernel& left, const kernel& right, const explore_limits& limits)
      : scope_(s), left_(left), right_(right), limits_(limits), cones_(cones_of(s)) {}

  distinction run() {
    both first;
    canonicalise(first.left);  // the counters of a world in which nothing was made, too
    canonicalise(first.right);
    for (const command& c : scope_.setup) {
      if (!happen(first, c)) return ended(explore_end::all_broken, {});
    }
    left_store_.emplace(first.left, cones_.filesystems.size(), cones_.overlays);
    right_store_.emplace(first.right, cones_.filesystems.size(), cones_.overlays);
    states_.emplace(left_store_->width() + right_store_->width() + 1);
    states_->add_first(row_of(first));
    std::optional<std::vector<std::uint32_t>> story;
    const auto expand = [&](std::uint32_t begin, std::uint32_t end, std::uint32_t) -> std::optional<explore_end> {
      for (std::uint32_t s = begin; s < end; ++s) {
        if (!result_.cannot.empty()) return explore_end::interrupted;
        for (std::uint32_t m = 0; m < scope_.moves.size(); ++m) {
          if (!go(s, m)) story = states_->moves_to(s, m);
          if (story) return explore_end::all_broken;
        }
      }
      return std::nullopt;
    };
    constexpr std::uint32_t at_a_time = 16;
    const auto end_of = [](std::uint32_t begin, std::uint32_t level_end) { return std::min(level_end, begin + at_a_time); };
    const auto memory = [&] { return left_store_->memory() + right_store_->memory() + known_.memory() + held_; };
    const explore_end end = level_by_level(*states_, limits_, scope_.moves.size(), result_.reached, end_of, memory, expand);
    return ended(end, story ? std::move(*story) : std::vector<std::uint32_t>{});
  }

 private:
  /// False when the two answer differently.
  bool happen(both& b, const command& c) {
    const both before = b;
    const outcome left = apply(b.left, c, left_);
    const outcome right = apply(b.right, c, right_);
    if (!differs(c, left, right, b.known).empty()) return false;
    if (holds_what_is_renamed(left) || holds_what_is_renamed(right)) {
      result_.cannot = "`" + print(c) + "` answers with file handles, UUIDs or temporary names, which are others in each run; leave it out";
    }
    put_in_form(b, before);
    return true;
  }

  bool go(std::uint32_t s, std::uint32_t m) {
    both b = made_of((*states_)[s]);
    for (const command& c : scope_.moves[m].commands) {
      if (!happen(b, c)) return false;
    }
    ++result_.reached.transitions;
    const row next = row_of(b);
    states_->add(next, hash_of_row(next), s, m);
    return true;
  }

  row row_of(const both& b) {
    row numbers = numbers_of(*left_store_, b.left);
    const row right = numbers_of(*right_store_, b.right);
    numbers.insert(numbers.end(), right.begin(), right.end());
    const std::size_t before = known_.size();
    numbers.push_back(known_.number_of(b.known, hash_of(b.known)));
    if (known_.size() != before) held_ += (b.known.inos.size() + b.known.devs.size()) * sizeof(number_pairs::value_type);
    return numbers;
  }

  static row numbers_of(part_store& store, const world& w) {
    if (w.names.size() > store.names().size()) store.names() = w.names;
    return store.numbers_of({w, {}});
  }

  both made_of(std::span<const std::uint32_t> numbers) const {
    const std::size_t width = left_store_->width();
    return {left_store_->made_of(numbers.first(width)).w, right_store_->made_of(numbers.subspan(width, right_store_->width())).w,
            known_[numbers.back()]};
  }

  distinction ended(explore_end end, std::vector<std::uint32_t> moves) {
    result_.end = end;
    if (end == explore_end::all_broken) result_.found = told(std::move(moves));
    return std::move(result_);
  }

  /// The story on worlds as they are.
  told_apart told(std::vector<std::uint32_t> moves) const {
    told_apart t;
    story_writer story;
    both b;
    bool over = false;
    const auto tell = [&](const command& c) {
      const outcome left = apply(b.left, c, left_);
      const outcome right = apply(b.right, c, right_);
      story.line(c, left);
      t.what = differs(c, left, right, b.known);
      over = !t.what.empty();
      if (!over) return;
      t.left = in_words(left);
      t.right = in_words(right);
      expect(story.last(), t.what, left, right);
      story.comment(" Here the other answers: " + t.right);
    };
    for (std::size_t n = 0; n < scope_.setup.size() && !over; ++n) tell(scope_.setup[n]);
    for (std::size_t n = 0; n < moves.size(); ++n) {
      const move& m = scope_.moves[moves[n]];
      story.begin_move(m, n + 1);
      for (std::size_t c = 0; c < m.commands.size() && !over; ++c) tell(m.commands[c]);
    }
    t.moves = std::move(moves);
    t.story = story.finished("distinguish.ovl");
    return t;
  }

  static std::string in_words(const outcome& o) {
    std::string words = to_text(o);
    for (const std::string& line : o.log) words += " [" + line + "]";
    return words;
  }

  /// What only the first answers. Numbers are variables already; devices are held against the others here, too.
  static void expect(scenario_line& l, std::string_view what, const outcome& left, const outcome& right) {
    constexpr std::string_view prefix = "overlayfs: ";
    if (what == "log") {
      const auto lacks = [&](const std::string& line) { return std::find(right.log.begin(), right.log.end(), line) == right.log.end(); };
      const auto only = std::find_if(left.log.begin(), left.log.end(), lacks);
      if (only != left.log.end()) l.expected.push_back({expectation::kind::log_has, "log", only->substr(prefix.size())});
      if (left.log.empty()) l.expected.push_back({expectation::kind::log_none, "log", "none"});
    } else if (what != "status" && what != "ino" && what != "dev" && what != "data") {
      if (const std::optional<std::string> value = field(left, what)) {
        l.expected.push_back({expectation::kind::field_equal, std::string(what), *value});
      }
    }
  }

  const scope& scope_;
  const kernel& left_;
  const kernel& right_;
  const explore_limits& limits_;
  cones cones_;
  std::optional<part_store> left_store_;
  std::optional<part_store> right_store_;
  interned<same_numbers> known_;
  std::uint64_t held_ = 0;  ///< bytes in them
  std::optional<found_states> states_;
  distinction result_;
};

}  // namespace

distinction distinguish(const scope& s, const kernel& left, const kernel& right, const explore_limits& limits) {
  return pair_search(s, left, right, limits).run();
}

}  // namespace ovlsim
