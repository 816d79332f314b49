// SPDX-License-Identifier: Apache-2.0
//
// A search level by level: the states that were found, the move by which each was, and the loop over them with all that may end it.
#pragma once

#include <limits>
#include <optional>

#include "explore/interned.hpp"
#include "ovlsim/explore.hpp"

namespace ovlsim::explore_parts {

class found_states {
 public:
  /// A state is a row of so many numbers.
  explicit found_states(std::size_t width) : states_(width), from_(1), by_(1) {}

  void add_first(std::span<const std::uint32_t> state) { add(state, hash_of_row(state), no_number, 0); }
  /// Unless it was found before, `state` comes to the next level, found from state `from` by move `by`.
  void add(std::span<const std::uint32_t> state, std::uint64_t hash, std::uint32_t from, std::uint32_t by) {
    bool added = false;
    states_.number_of(state, hash, &added);
    if (!added) return;
    *from_.append(0) = from;
    *by_.append(0) = static_cast<std::uint16_t>(by);  // cannot_explore() lets a thousand pass
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(states_.size()); }
  std::span<const std::uint32_t> operator[](std::uint32_t n) const { return states_[n]; }
  const interned_rows& rows() const { return states_; }

  /// The moves that lead to state `s` and on by `last`: a shortest story to it.
  std::vector<std::uint32_t> moves_to(std::uint32_t s, std::uint32_t last) const {
    std::vector<std::uint32_t> moves{last};
    for (; *from_[s] != no_number; s = *from_[s]) moves.push_back(*by_[s]);
    std::reverse(moves.begin(), moves.end());
    return moves;
  }

  std::uint64_t memory() const { return states_.memory() + from_.memory() + by_.memory(); }
  /// Nobody else is looking anything up.
  void forget_smaller() { states_.forget_smaller(); }
  /// What the next `more` states may take beyond that, for a moment.
  std::uint64_t growth(std::size_t more) const { return states_.growth(more); }

 private:
  interned_rows states_;
  rows_of<std::uint32_t> from_;
  rows_of<std::uint16_t> by_;
};

/// Calls `expand(begin, end, level_end)` for the states, some of one level at a time, until no new ones come, or it says how the search
/// ends, or a limit does. `end_of(begin, level_end)` says how many at a time, each with so many `moves`; `memory()` is what the search holds
/// beside its states; `reached` is kept up to date.
template <class End, class Memory, class Expand>
explore_end level_by_level(found_states& states, const explore_limits& limits, std::size_t moves, explore_progress& reached,
                           const End& end_of, const Memory& memory, const Expand& expand) {
  const auto count = [&] {
    reached.states = states.size();
    reached.memory = states.memory() + memory();
  };
  constexpr std::uint32_t most_states = std::numeric_limits<std::uint32_t>::max() / 2;
  std::uint32_t begin = 0;
  while (begin < states.size()) {
    const std::uint32_t level_end = states.size();
    if (reached.depth >= limits.depth) {
      count();
      return explore_end::depth;
    }
    while (begin < level_end) {
      const std::uint32_t end = end_of(begin, level_end);
      count();
      if (limits.stop != nullptr && limits.stop->load(std::memory_order_relaxed)) return explore_end::interrupted;
      const std::uint64_t growth = states.growth((end - begin) * moves);
      if (reached.memory > limits.memory || growth > limits.memory - reached.memory || states.size() > most_states) return explore_end::memory;
      if (limits.progress) limits.progress(reached);
      const std::optional<explore_end> over = expand(begin, end, level_end);
      if (over) {
        count();
        return *over;
      }
      states.forget_smaller();
      begin = end;
    }
    ++reached.depth;
  }
  --reached.depth;  // the last level led nowhere
  count();
  return explore_end::closed;
}

}  // namespace ovlsim::explore_parts
