// SPDX-License-Identifier: Apache-2.0
//
// Level by level, and some thousand states of a level at a time, in portions that threads take as they come: where all moves lead to, as
// far as it is new. What is found so is added in the order of the states and moves it came from, while the threads are at work on the
// next thousands: so all of them find the same states in the same order, however many they are. The first state that needs an effect is
// the first in which what the effect breaks can happen: what was worked out earlier is kept as news until then.
#include "explore/search.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "explore/counterexample.hpp"
#include "explore/levels.hpp"
#include "explore/space.hpp"
#include "explore/team.hpp"

namespace ovlsim::explore_parts {

namespace {

/// A state and a move.
struct way {
  std::uint32_t state = 0;
  std::uint32_t move = 0;
  auto operator<=>(const way&) const = default;
};

/// A state that was reached and was not known then.
struct reached_state {
  std::uint64_t hash = 0;
  way from;
  std::uint32_t numbers = 0;  ///< index into portion::numbers
};

/// Some states, and what one thread finds out about them.
struct portion {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::vector<std::uint32_t> numbers;
  std::vector<reached_state> reached;  ///< in the order of the ways
  std::vector<way> with_news;          ///< in their order
  std::vector<way> left;               ///< for when one thread is alone
  std::size_t kept = 0;                ///< so many of those that were reached were looked for among the known ones
};

class state_search {
 public:
  state_search(const cones& c, const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits,
               use_of_precedents p)
      : scope_(s), kernel_(k), asked_(asked), limits_(limits), space_(s, k, asked, c, p), workers_(limits.threads) {
    for (const property& q : asked) result_.verdicts.push_back({q.name, false, std::nullopt});
  }

  std::optional<exploration> run() {
    const row first = space_.first();
    states_.emplace(space_.width());
    states_->add_first(first);
    const auto memory = [&] { return space_.memory(); };
    const auto end_of = [&](std::uint32_t begin, std::uint32_t level_end) {
      return ahead_.empty() ? end_of_stride(begin, level_end) : ahead_.back().end;
    };
    const auto expand = [&](std::uint32_t begin, std::uint32_t end, std::uint32_t level_end) -> std::optional<explore_end> {
      if (ahead_.empty()) {
        begin_work(begin, end);
        finish_work();
      }
      if (is_stopped()) return explore_end::interrupted;  // some portions may lack what follows
      const std::vector<portion> now = std::exchange(ahead_, {});
      // What is known of the next level by now is its beginning.
      const bool goes_deeper = end == level_end && result_.reached.depth + 1 < limits_.depth;
      const std::uint32_t known_end = goes_deeper ? states_->size() : level_end;
      if (end < known_end) begin_work(end, end_of_stride(end, known_end));
      const bool more = !wrong_ && follow(now);
      if (end < known_end) finish_work();
      space_.settle();
      return more && !wrong_ ? std::nullopt : std::optional(explore_end::all_broken);
    };
    result_.end = level_by_level(*states_, limits_, space_.moves(), result_.reached, end_of, memory, expand);
    if (wrong_) return std::nullopt;
    result_.parts = space_.parts();
    result_.effects = space_.effects();
    return std::move(result_);
  }

 private:
  static constexpr std::uint32_t least_moves = 16384;  ///< at a time
  static constexpr std::uint32_t most_moves = 131072;
  static constexpr std::uint32_t in_portions = 32;      ///< of so many

  /// States that a thread has reached not long ago, by hash: it goes through the states in their order, so that whatever it reaches again
  /// came from an earlier one. The first state is reached from the beginning.
  using recent_states = std::vector<std::uint32_t>;
  static constexpr std::size_t most_recent = 1024;

  /// The more states there are the more at a time: threads meet less often, and what is at hand beyond the limits stays little beside them.
  std::uint32_t end_of_stride(std::uint32_t begin, std::uint32_t level_end) const {
    return begin + std::min(level_end - begin, std::max(1U, moves_at_a_time() / std::max(1U, space_.moves())));
  }
  std::uint32_t moves_at_a_time() const { return std::clamp(states_->size(), least_moves, most_moves); }

  bool is_stopped() const { return limits_.stop != nullptr && limits_.stop->load(std::memory_order_relaxed); }

  // ------------------------------------------------------------------------------------------------ what threads do

  void begin_work(std::uint32_t begin, std::uint32_t end) {
    const std::uint32_t states = std::max(1U, moves_at_a_time() / in_portions / std::max(1U, space_.moves()));
    for (std::uint32_t s = begin; s < end; s += states) ahead_.push_back({s, std::min(end, s + states), {}, {}, {}, {}, 0});
    space_.begin(workers_.size(), found_, happened_);
    recent_.resize(workers_.size(), recent_states(most_recent * space_.width()));
    shared_ = !workers_.is_one() && ahead_.size() > 1;
    if (shared_) {
      workers_.begin(ahead_.size(), [this](std::size_t n, unsigned thread) { expand(ahead_[n], thread); });
    } else {
      for (portion& p : ahead_) expand(p, 0);
    }
  }
  void finish_work() {
    if (shared_) workers_.finish();
    for (portion& p : ahead_) expand_left(p);
  }

  void expand(portion& p, unsigned thread) {
    constexpr std::uint32_t ahead = 8;
    constexpr std::uint32_t little_ahead = 4;
    for (std::uint32_t s = p.begin; s < p.end && !wrong_ && !is_stopped(); ++s) {
      if (s + ahead < p.end) space_.prefetch((*states_)[s + ahead]);
      if (s + little_ahead < p.end) space_.prefetch_second((*states_)[s + little_ahead]);
      const std::span<const std::uint32_t> state = (*states_)[s];
      space_.decide(state, thread);
      for (std::uint32_t m = 0; m < space_.moves(); ++m) {
        const space::glance known = space_.at_a_glance(m, state);
        if (known.number == state[known.block]) continue;  // changes nothing
        row next(state.begin(), state.end());
        if (known.number < effect::has_news) {
          next[known.block] = known.number;
          reach(p, {s, m}, next, &recent_[thread]);
        } else {
          go(p, {s, m}, next, thread, &recent_[thread]);
        }
      }
    }
    keep_unknown(p);
  }
  /// What makes names, in the order of the ways.
  void expand_left(portion& p) {
    if (p.left.empty()) return;
    for (const way& w : std::exchange(p.left, {})) {
      const std::span<const std::uint32_t> state = (*states_)[w.state];
      row next(state.begin(), state.end());
      if (!wrong_) go(p, w, next, 0, nullptr);
    }
    keep_unknown(p);
    std::sort(p.reached.begin(), p.reached.end(), [](const reached_state& a, const reached_state& b) { return a.from < b.from; });
    std::sort(p.with_news.begin(), p.with_news.end());
  }

  /// Without `recent` the thread is alone.
  void go(portion& p, const way& w, row& next, unsigned thread, recent_states* recent) {
    switch (space_.go(w.move, next, thread, recent == nullptr)) {
      case space::step::has_news:
        p.with_news.push_back(w);
        [[fallthrough]];
      case space::step::done:
        reach(p, w, next, recent);
        return;
      case space::step::makes_names:
        p.left.push_back(w);
        return;
      case space::step::wrong:
        wrong_ = true;
        return;
    }
  }

  std::span<const std::uint32_t> row_at(const portion& p, std::uint32_t numbers) const { return {p.numbers.data() + numbers, space_.width()}; }

  /// Some are looked for at a time, so that the memory of one is fetched while others are looked at.
  void reach(portion& p, const way& w, std::span<const std::uint32_t> next, recent_states* recent) {
    constexpr std::size_t most = 64;
    const std::span<const std::uint32_t> state = (*states_)[w.state];
    if (std::equal(next.begin(), next.end(), state.begin())) return;
    const std::uint64_t hash = hash_of_row(next);
    if (recent != nullptr) {
      const auto same = recent->begin() + static_cast<std::ptrdiff_t>((hash >> 32) % most_recent * space_.width());
      if (std::equal(next.begin(), next.end(), same)) return;
      std::copy(next.begin(), next.end(), same);
    }
    states_->rows().prefetch_slot(hash);
    p.reached.push_back({hash, w, static_cast<std::uint32_t>(p.numbers.size())});
    p.numbers.insert(p.numbers.end(), next.begin(), next.end());
    if (p.reached.size() - p.kept == most) keep_unknown(p);
  }
  /// Drops what is known, among those that were reached since this was called last.
  void keep_unknown(portion& p) const {
    for (std::size_t n = p.kept; n < p.reached.size(); ++n) states_->rows().prefetch_row(p.reached[n].hash);
    std::uint32_t end = p.kept == p.reached.size() ? static_cast<std::uint32_t>(p.numbers.size()) : p.reached[p.kept].numbers;
    for (std::size_t n = p.kept; n < p.reached.size(); ++n) {
      const reached_state r = p.reached[n];
      if (states_->rows().look_up(row_at(p, r.numbers), r.hash) != no_number) continue;
      std::copy_n(p.numbers.begin() + r.numbers, space_.width(), p.numbers.begin() + end);
      p.reached[p.kept++] = {r.hash, r.from, end};
      end += static_cast<std::uint32_t>(space_.width());
    }
    p.reached.resize(p.kept);
    p.numbers.resize(end);
  }

  // ---------------------------------------------------------------------------------------------- what follows from it

  /// Adds the states that follow. False when there is nothing left to find out.
  bool follow(const std::vector<portion>& portions) {
    for (const portion& p : portions) {
      auto next = p.reached.begin();
      const auto add_before = [&](const way& end) {
        for (; next != p.reached.end() && next->from < end; ++next) {
          states_->add(row_at(p, next->numbers), next->hash, next->from.state, next->from.move);
        }
      };
      for (const way& w : p.with_news) {
        add_before(w);
        if (hear(w)) continue;
        result_.reached.transitions += (w.state - p.begin) * std::uint64_t{space_.moves()} + w.move;
        return false;
      }
      add_before({p.end, 0});
      result_.reached.transitions += (p.end - p.begin) * std::uint64_t{space_.moves()};
    }
    return true;
  }

  /// False when there is nothing left to find out.
  bool hear(const way& w) {
    const std::span<const std::uint32_t> from = (*states_)[w.state];
    row state(from.begin(), from.end());
    std::uint32_t done = 0;
    while (const std::optional<news> said = space_.next_news(w.move, done, state)) {
      happened_ |= said->happened;
      for (std::uint32_t p = 0; p < asked_.size(); ++p) {
        if ((said->happened >> p & 1) != 0) result_.verdicts[p].happened = true;
        if (((said->broken & ~found_) >> p & 1) != 0) found(p, w);
      }
      if (all_broken()) return false;
    }
    return true;
  }

  void found(std::uint32_t p, const way& w) {
    found_ |= 1U << p;
    result_.verdicts[p].broken = told(scope_, kernel_, asked_[p], states_->moves_to(w.state, w.move));
  }

  bool all_broken() const {
    return !asked_.empty() && std::all_of(result_.verdicts.begin(), result_.verdicts.end(), [](const auto& v) { return v.broken.has_value(); });
  }

  const scope& scope_;
  const kernel& kernel_;
  std::span<const property> asked_;
  const explore_limits& limits_;
  space space_;
  std::optional<found_states> states_;
  std::vector<portion> ahead_;  ///< of the states that come next, which are followed when their turn comes
  std::vector<recent_states> recent_;  ///< by number of the thread
  bool shared_ = false;                ///< among several threads
  std::uint32_t found_ = 0;
  std::uint32_t happened_ = 0;
  std::atomic<bool> wrong_ = false;
  exploration result_;
  team workers_;  // last: they use all of the others
};

}  // namespace

std::optional<exploration> search_with(const cones& c, const scope& s, const kernel& k, std::span<const property> asked,
                                       const explore_limits& limits, use_of_precedents p) {
  return state_search(c, s, k, asked, limits, p).run();
}

exploration search_for(const cones& c, const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits) {
  if (std::optional<exploration> e = search_with(c, s, k, asked, limits)) return std::move(*e);
  cones whole = c;
  whole.blocks = 1;
  std::fill(whole.block_of.begin(), whole.block_of.end(), 0);
  return *search_with(whole, s, k, asked, limits);
}

}  // namespace ovlsim::explore_parts
