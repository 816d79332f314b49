// SPDX-License-Identifier: Apache-2.0
//
// What one command does to the blocks in its cone, as numbers: by the number of the one block, or by those of all of them together.
#pragma once

#include <atomic>
#include <map>

#include "explore/interned.hpp"
#include "ovlsim/command.hpp"

namespace ovlsim::explore_parts {

/// What properties said of a step, as bits, and nobody has heard yet.
struct news {
  std::uint32_t broken = 0;
  std::uint32_t happened = 0;
};

/// What stands where an effect is looked up: a number, and whether there is news about it; or that nobody knows it. It may be looked at
/// while another thread enters it.
namespace effect {
inline constexpr std::uint32_t unknown = no_number;
inline constexpr std::uint32_t has_news = 0x80000000U;
constexpr std::uint32_t number(std::uint32_t e) { return e & ~has_news; }
inline std::uint32_t look_at(const std::uint32_t& e) {
  return std::atomic_ref<std::uint32_t>(const_cast<std::uint32_t&>(e)).load(std::memory_order_acquire);
}
inline void enter(std::uint32_t& e, std::uint32_t known) { std::atomic_ref<std::uint32_t>(e).store(known, std::memory_order_release); }
/// False when somebody else has entered it meanwhile.
inline bool enter_first(std::uint32_t& e, std::uint32_t known) {
  std::uint32_t before = unknown;
  return std::atomic_ref<std::uint32_t>(e).compare_exchange_strong(before, known, std::memory_order_acq_rel);
}
}  // namespace effect

/// The effects of all commands whose cone is one and the same block, side by side for each of its numbers: a state that comes by asks for
/// most of them.
class block_effects {
 public:
  explicit block_effects(std::size_t commands) : rows_(commands) {}
  /// The block has so many numbers by now.
  void grow(std::size_t numbers) {
    while (rows_.size() < numbers) rows_.append(no_number);
  }
  /// By command.
  std::uint32_t* of(std::uint32_t number) { return rows_[number]; }
  std::uint32_t of(std::uint32_t number, std::uint32_t column) const { return effect::look_at(rows_[number][column]); }
  void prefetch(std::uint32_t number) const {
    const std::uint32_t* const row = rows_[number];
    for (std::size_t n = 0; n < rows_.width(); n += per_line) __builtin_prefetch(row + n);
  }
  std::uint64_t memory() const { return rows_.memory(); }

 private:
  static constexpr std::size_t per_line = 16;
  rows_of<std::uint32_t> rows_;
};

struct command_effects {
  command what;
  std::vector<std::uint32_t> cone;
  std::uint32_t column = 0;      ///< of a cone of one block: its place in that block's effects
  interned_rows keys;            ///< of others: the blocks together
  rows_of<std::uint32_t> nexts;  ///< ... and as many numbers for each
  std::map<std::uint32_t, news> untold;  ///< by the number of the block or of the key
  bool has_precedents = false;
};

}  // namespace ovlsim::explore_parts
