// SPDX-License-Identifier: Apache-2.0
//
// Level by level, and some hundred states of a level at a time: first all effects that they need and nobody has worked out, then, in
// their order, the states that follow; meanwhile the other threads are at work for the next hundreds. A move of several commands needs
// one effect after the other, so that those of several hundreds are worked out together. The first state that needs an
// effect is the first in which what the effect breaks can happen: what was worked out earlier is kept as news until then.
#include "explore/search.hpp"

#include <algorithm>
#include <deque>

#include "explore/counterexample.hpp"
#include "explore/levels.hpp"
#include "explore/space.hpp"

namespace ovlsim::explore_parts {

namespace {

class state_search {
 public:
  state_search(const cones& c, const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits)
      : scope_(s), kernel_(k), asked_(asked), limits_(limits), space_(s, k, asked, c), workers_(limits.threads) {
    for (const property& p : asked) result_.verdicts.push_back({p.name, false, std::nullopt});
  }

  std::optional<exploration> run() {
    const row first = space_.first();
    states_.emplace(space_.width());
    states_->add_first(first);
    const auto memory = [&] { return space_.memory(); };
    const stride at_a_time{std::max(1U, moves_at_a_time / std::max(1U, space_.moves())), space_.moves()};
    const auto expand = [&](std::uint32_t begin, std::uint32_t end, std::uint32_t level_end) -> std::optional<explore_end> {
      if (ahead_.empty()) look_ahead(begin, end);  // the first of a level
      const auto look_further = [&] {
        const std::uint32_t next = ahead_.back().end;
        if (next < level_end && ahead_.size() < most_ahead) look_ahead(next, end_of_stride(at_a_time, next, level_end));
      };
      while (!ahead_.front().waiting.empty() && !wrong_) {
        begin_work();
        look_further();
        finish_work();
      }
      begin_work();
      const bool more = !wrong_ && follow(ahead_.front());
      look_further();
      if (working_) finish_work();
      ahead_.pop_front();
      return more && !wrong_ ? std::nullopt : std::optional(explore_end::all_broken);
    };
    result_.end = level_by_level(*states_, limits_, at_a_time, result_.reached, memory, expand);
    if (wrong_) return std::nullopt;
    result_.parts = space_.parts();
    result_.effects = space_.effects();
    return std::move(result_);
  }

 private:
  static constexpr std::uint32_t moves_at_a_time = 8192;
  static constexpr std::size_t most_ahead = 4;  ///< batches: as many as most moves have commands, and one
  static constexpr std::uint32_t goes_through = no_number;
  static constexpr std::uint32_t stays = no_number - 1;  ///< changes nothing

  /// A state and a move, and how far it has come.
  struct way {
    std::uint32_t state = 0;
    std::uint32_t move = 0;
    std::uint32_t done = 0;
  };
  /// States that are expanded together.
  struct batch {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::vector<std::uint32_t> nexts;  ///< where each move of each of them leads to
    std::vector<std::uint32_t> stops;  ///< the command of it about which there is news, or goes_through, or stays
    std::vector<way> waiting;          ///< for effects that nobody knows
  };
  /// A state that was reached, to be added.
  struct reached_state {
    std::uint64_t hash = 0;
    std::uint32_t from = 0;
    std::uint32_t by = 0;
    const std::uint32_t* numbers = nullptr;
  };

  std::size_t index(const batch& b, const way& w) const { return static_cast<std::size_t>(w.state - b.begin) * space_.moves() + w.move; }
  std::span<std::uint32_t> next_of(batch& b, const way& w) const { return {b.nexts.data() + index(b, w) * space_.width(), space_.width()}; }

  /// Where all moves lead to, but for those that need what nobody knows, or about which there is news.
  void look_ahead(std::uint32_t begin, std::uint32_t end) {
    constexpr std::uint32_t ahead = 8;
    batch& b = ahead_.emplace_back();
    b.begin = begin;
    b.end = end;
    const std::size_t all = static_cast<std::size_t>(end - begin) * space_.moves();
    b.nexts.resize(all * space_.width());
    b.stops.resize(all);
    for (std::uint32_t s = begin; s < end; ++s) {
      if (s + ahead < end) space_.prefetch((*states_)[s + ahead]);
      const std::span<const std::uint32_t> state = (*states_)[s];
      for (std::uint32_t m = 0; m < space_.moves(); ++m) {
        way w{s, m, 0};
        const space::glance known = space_.at_a_glance(m, state);
        std::uint32_t& stop = b.stops[index(b, w)];
        stop = known.number == state[known.block] ? stays : goes_through;
        if (stop == stays) continue;
        const std::span<std::uint32_t> next = next_of(b, w);
        std::copy(state.begin(), state.end(), next.begin());
        if (known.number < effect::has_news) {
          next[known.block] = known.number;
        } else {
          go_on(b, w);
        }
      }
    }
  }

  void begin_work() {
    space_.begin_work(workers_, found_, happened_);
    working_ = true;
  }
  /// What has waited for it goes on, and may ask for more.
  void finish_work() {
    working_ = false;
    if (!space_.finish_work(workers_)) wrong_ = true;
    if (wrong_) return;
    for (batch& b : ahead_) {
      std::vector<way> again;
      again.swap(b.waiting);
      for (way& w : again) go_on(b, w);
    }
  }

  void go_on(batch& b, way& w) {
    const space::step s = space_.go(w.move, w.done, next_of(b, w));
    if (s == space::step::done) return;
    if (s == space::step::unknown) {
      space_.ask_for(w.move, w.done, next_of(b, w));
      b.waiting.push_back(w);
    } else {
      b.stops[index(b, w)] = w.done;
    }
  }

  /// Adds the states that follow. False when there is nothing left to find out.
  bool follow(batch& b) {
    for (std::uint32_t s = b.begin; s < b.end; ++s) {
      for (std::uint32_t m = 0; m < space_.moves(); ++m) {
        const way w{s, m, 0};
        const std::uint32_t stop = b.stops[index(b, w)];
        if (stop != goes_through && stop != stays && !hear(b, w)) {
          add_reached();
          return false;
        }
        ++result_.reached.transitions;
        if (stop == stays) continue;
        const std::span<const std::uint32_t> next = next_of(b, w);
        const std::span<const std::uint32_t> state = (*states_)[s];
        if (!std::equal(next.begin(), next.end(), state.begin())) add_later(w, next);
      }
    }
    add_reached();
    return true;
  }

  /// Goes through a move that has stopped for news. False when there is nothing left to find out.
  bool hear(batch& b, way w) {
    w.done = b.stops[index(b, w)];
    for (;;) {
      const space::step s = space_.go(w.move, w.done, next_of(b, w));
      if (s == space::step::done) return true;
      if (s == space::step::unknown) {  // behind news nobody has looked yet
        if (working_) {
          finish_work();
        } else {
          space_.ask_for(w.move, w.done, next_of(b, w));
          begin_work();
          finish_work();
        }
        if (wrong_) return false;
        continue;
      }
      const news said = space_.hear(w.move, w.done, next_of(b, w));
      happened_ |= said.happened;
      for (std::uint32_t p = 0; p < asked_.size(); ++p) {
        if ((said.happened >> p & 1) != 0) result_.verdicts[p].happened = true;
        if (((said.broken & ~found_) >> p & 1) != 0) found(p, w);
      }
      if (all_broken()) return false;
    }
  }

  void found(std::uint32_t p, const way& w) {
    add_reached();
    found_ |= 1U << p;
    result_.verdicts[p].broken = told(scope_, kernel_, asked_[p], states_->moves_to(w.state, w.move));
  }

  bool all_broken() const {
    return !asked_.empty() && std::all_of(result_.verdicts.begin(), result_.verdicts.end(), [](const auto& v) { return v.broken.has_value(); });
  }

  /// States are added some at a time, so that the memory of one is fetched while others are looked up.
  void add_later(const way& w, std::span<const std::uint32_t> next) {
    constexpr std::size_t most = 64;
    const std::uint64_t hash = hash_of_row(next);
    states_->rows().prefetch_slot(hash);
    to_add_.push_back({hash, w.state, w.move, next.data()});
    if (to_add_.size() == most) add_reached();
  }
  void add_reached() {
    for (const reached_state& r : to_add_) states_->rows().prefetch_row(r.hash);
    for (const reached_state& r : to_add_) states_->add({r.numbers, space_.width()}, r.hash, r.from, r.by);
    to_add_.clear();
  }

  const scope& scope_;
  const kernel& kernel_;
  std::span<const property> asked_;
  const explore_limits& limits_;
  space space_;
  team workers_;
  std::optional<found_states> states_;
  std::deque<batch> ahead_;  ///< the states that follow from the first of them are added next
  bool working_ = false;     ///< on what they need
  std::vector<reached_state> to_add_;
  std::uint32_t found_ = 0;
  std::uint32_t happened_ = 0;
  bool wrong_ = false;
  exploration result_;
};

}  // namespace

std::optional<exploration> search_with(const cones& c, const scope& s, const kernel& k, std::span<const property> asked,
                                       const explore_limits& limits) {
  return state_search(c, s, k, asked, limits).run();
}

exploration search_for(const cones& c, const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits) {
  if (std::optional<exploration> e = search_with(c, s, k, asked, limits)) return std::move(*e);
  cones whole = c;
  whole.blocks = 1;
  std::fill(whole.block_of.begin(), whole.block_of.end(), 0);
  return *search_with(whole, s, k, asked, limits);
}

}  // namespace ovlsim::explore_parts
