// SPDX-License-Identifier: Apache-2.0
//
// States and how moves change them. A state is a row of numbers of blocks, a block a row of numbers of parts; what a move does to the
// blocks in its cone is worked out once for each that occur together, and looked up ever after: apply() is pure.
#pragma once

#include <optional>

#include "explore/cones.hpp"
#include "explore/parts.hpp"
#include "ovlsim/explore.hpp"

namespace ovlsim::explore_parts {

/// What a move does to blocks, not yet numbered.
struct worked_out {
  situation from;
  situation to;
  row parts;                  ///< of `from`
  std::uint32_t broken = 0;   ///< bits: which properties
  std::uint32_t happened = 0;
  std::size_t names = 0;      ///< how many names there were when it began
};

class space {
 public:
  space(const scope& s, const kernel& k, std::span<const property> asked);

  std::size_t width() const { return blocks_.size(); }
  std::uint32_t moves() const { return static_cast<std::uint32_t>(scope_.moves.size()); }
  /// The state after the setup.
  row first();

  /// Writes the state after move `m` to `next`, which holds `state`; false when nobody has worked that out yet.
  bool look_up(std::uint32_t m, std::span<const std::uint32_t> state, std::span<std::uint32_t> next);

  /// For several threads at once, as long as nobody calls anything else.
  worked_out work_out(std::uint32_t m, std::span<const std::uint32_t> state, std::uint32_t skip) const;
  /// From now on look_up() knows it.
  void enter(std::uint32_t m, std::span<const std::uint32_t> state, worked_out&& w);

  std::uint64_t memory() const;
  std::uint64_t parts() const { return store_->size(); }
  std::uint64_t effects() const { return effects_; }

 private:
  struct block {
    std::vector<std::uint32_t> places;  ///< of its parts in a row of all
    interned_rows rows;
  };
  /// What one move does, by the numbers of the blocks in its cone.
  struct move_effects {
    std::vector<std::uint32_t> cone;
    std::vector<std::uint32_t> next;    ///< of a cone of one block: by its number
    interned_rows keys;                 ///< of others
    std::vector<std::uint32_t> nexts;   ///< ... as many numbers a key
  };

  row parts_of(std::span<const std::uint32_t> state) const;
  void run(const command& c, situation& s, worked_out& w, std::uint32_t skip) const;

  const scope& scope_;
  const kernel& kernel_;
  std::span<const property> asked_;
  std::vector<remembers> needs_;
  cones cones_;
  std::optional<part_store> store_;
  std::vector<block> blocks_;
  std::vector<move_effects> by_move_;
  std::uint64_t effects_ = 0;
};

}  // namespace ovlsim::explore_parts
