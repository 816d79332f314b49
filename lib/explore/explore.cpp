// SPDX-License-Identifier: Apache-2.0
//
// Level by level: first all effects that the states of a level need and nobody has worked out, then the states that follow. The first
// state that needs an effect is the first in which what the effect breaks can happen.
#include "ovlsim/explore.hpp"

#include <algorithm>

#include "explore/counterexample.hpp"
#include "explore/space.hpp"

namespace ovlsim {

namespace {

using namespace explore_parts;

class search {
 public:
  search(const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits)
      : scope_(s), kernel_(k), asked_(asked), limits_(limits), space_(s, k, asked) {
    for (const property& p : asked) result_.verdicts.push_back({p.name, false, std::nullopt});
  }

  exploration run() {
    const row first = space_.first();
    states_.emplace(space_.width());
    states_->number_of(first);
    came_from_.push_back({no_number, 0});
    result_.end = levels();
    result_.reached.states = states_->size();
    result_.reached.memory = memory();
    result_.parts = space_.parts();
    result_.effects = space_.effects();
    return std::move(result_);
  }

 private:
  struct origin {
    std::uint32_t state = no_number;
    std::uint32_t by = 0;  ///< the move
  };

  explore_end levels() {
    std::uint32_t begin = 0;
    while (begin < states_->size()) {
      const auto end = static_cast<std::uint32_t>(states_->size());
      if (result_.reached.depth >= limits_.depth) return explore_end::depth;
      for (std::uint32_t s = begin; s < end; ++s) {
        if (const std::optional<explore_end> over = expand(s)) return *over;
      }
      ++result_.reached.depth;
      begin = end;
    }
    --result_.reached.depth;  // the last level led nowhere
    return explore_end::closed;
  }

  std::optional<explore_end> expand(std::uint32_t s) {
    constexpr std::uint64_t often = 4096;
    if ((s % often) == 0) {
      if (limits_.stop != nullptr && limits_.stop->load(std::memory_order_relaxed)) return explore_end::interrupted;
      if (memory() > limits_.memory) return explore_end::memory;
      result_.reached.states = states_->size();
      result_.reached.memory = memory();
      if (limits_.progress) limits_.progress(result_.reached);
    }
    const std::span<const std::uint32_t> in_table = (*states_)[s];
    const row state(in_table.begin(), in_table.end());
    for (std::uint32_t m = 0; m < space_.moves(); ++m) {
      row next = state;
      for (std::uint32_t done = 0; !space_.go(m, done, next);) {
        work_out(m, done, s, next);
        if (all_broken()) return explore_end::all_broken;
      }
      ++result_.reached.transitions;
      if (next == state) continue;
      bool added = false;
      states_->number_of(next, &added);
      if (added) came_from_.push_back({s, m});
    }
    return std::nullopt;
  }

  void work_out(std::uint32_t m, std::uint32_t done, std::uint32_t s, const row& state) {
    worked_out w = space_.work_out(m, done, state, found_);
    const std::uint32_t broken = w.broken;
    for (std::uint32_t p = 0; p < asked_.size(); ++p) {
      if ((w.happened >> p & 1) != 0) result_.verdicts[p].happened = true;
      if ((broken >> p & 1) != 0) found(p, s, m);
    }
    space_.enter(m, done, state, std::move(w));
  }

  void found(std::uint32_t p, std::uint32_t s, std::uint32_t m) {
    found_ |= 1U << p;
    std::vector<std::uint32_t> moves{m};
    for (; came_from_[s].state != no_number; s = came_from_[s].state) moves.push_back(came_from_[s].by);
    std::reverse(moves.begin(), moves.end());
    result_.verdicts[p].broken = told(scope_, kernel_, asked_[p], moves);
  }

  bool all_broken() const {
    return !asked_.empty() && std::all_of(result_.verdicts.begin(), result_.verdicts.end(), [](const auto& v) { return v.broken.has_value(); });
  }

  std::uint64_t memory() const { return space_.memory() + states_->memory() + came_from_.capacity() * sizeof(origin); }

  const scope& scope_;
  const kernel& kernel_;
  std::span<const property> asked_;
  const explore_limits& limits_;
  space space_;
  std::optional<interned_rows> states_;
  std::vector<origin> came_from_;
  std::uint32_t found_ = 0;
  exploration result_;
};

/// The verdicts of one search, for the properties at these places of the whole.
void take_over(exploration& whole, exploration&& one, const std::vector<std::size_t>& places) {
  for (std::size_t n = 0; n < places.size(); ++n) {
    one.verdicts[n].end = one.end;
    one.verdicts[n].reached = one.reached;
    whole.verdicts[places[n]] = std::move(one.verdicts[n]);
  }
  whole.reached.states += one.reached.states;
  whole.reached.transitions += one.reached.transitions;
  whole.reached.memory = std::max(whole.reached.memory, one.reached.memory);
  whole.reached.depth = std::max(whole.reached.depth, one.reached.depth);
  whole.parts += one.parts;
  whole.effects += one.effects;
}

/// The places of properties that are searched for together: they remember the same, and there is a bit for each.
std::vector<std::vector<std::size_t>> groups_of(std::span<const property> asked) {
  constexpr std::size_t most = 32;
  std::vector<std::vector<std::size_t>> groups;
  for (const remembers needs : {remembers::nothing, remembers::numbers_in_mount, remembers::numbers_over_mounts, remembers::contents,
                                remembers::handles}) {
    bool is_open = false;
    for (std::size_t n = 0; n < asked.size(); ++n) {
      if (asked[n].needs != needs) continue;
      if (!is_open || groups.back().size() == most) groups.emplace_back();
      groups.back().push_back(n);
      is_open = true;
    }
  }
  if (groups.empty()) groups.emplace_back();  // nothing is asked but how many states there are
  return groups;
}

}  // namespace

exploration explore(const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits) {
  exploration whole;
  whole.end = explore_end::closed;
  whole.verdicts.resize(asked.size());
  for (std::size_t n = 0; n < asked.size(); ++n) whole.verdicts[n].property = asked[n].name;
  for (const std::vector<std::size_t>& places : groups_of(asked)) {
    std::vector<property> group;
    for (const std::size_t n : places) group.push_back(asked[n]);
    exploration one = search(s, k, group, limits).run();
    const bool stopped = one.end == explore_end::interrupted;
    if (one.end != explore_end::closed && one.end != explore_end::all_broken) whole.end = one.end;
    take_over(whole, std::move(one), places);
    if (!stopped) continue;
    for (property_verdict& v : whole.verdicts) {
      if (v.reached.states == 0) v.end = explore_end::interrupted;
    }
    break;
  }
  return whole;
}

}  // namespace ovlsim
