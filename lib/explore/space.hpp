// SPDX-License-Identifier: Apache-2.0
//
// States and how moves change them. A state is a row of numbers of blocks, a block a row of numbers of parts; what a command does to
// the blocks in its cone is worked out once for each that occur together, and looked up ever after: apply() is pure. A move goes
// command by command, so what differs no more after its first ones (an overlay was unmounted) is the same for the others.
#pragma once

#include <optional>

#include "explore/cones.hpp"
#include "explore/parts.hpp"
#include "ovlsim/explore.hpp"

namespace ovlsim::explore_parts {

/// What a command does to blocks, not yet numbered.
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

  /// Goes on with move `m`, of which `done` commands are done, and `state` with it. False when nobody has worked out yet what the next
  /// one does to that state.
  bool go(std::uint32_t m, std::uint32_t& done, std::span<std::uint32_t> state);

  /// What the command that comes after `done` ones of move `m` does. For several threads at once, as long as nobody calls anything
  /// else. `skip`: bits of properties that need not be looked at any more.
  worked_out work_out(std::uint32_t m, std::uint32_t done, std::span<const std::uint32_t> state, std::uint32_t skip) const;
  /// From now on go() knows it.
  void enter(std::uint32_t m, std::uint32_t done, std::span<const std::uint32_t> state, worked_out&& w);

  std::uint64_t memory() const;
  std::uint64_t parts() const { return store_->size(); }
  std::uint64_t effects() const { return effects_; }

 private:
  struct block {
    std::vector<std::uint32_t> places;  ///< of its parts in a row of all
    interned_rows rows;
  };
  /// What one command does, by the numbers of the blocks in its cone.
  struct command_effects {
    command what;
    std::vector<std::uint32_t> cone;
    std::vector<std::uint32_t> next;    ///< of a cone of one block: by its number
    interned_rows keys;                 ///< of others
    std::vector<std::uint32_t> nexts;   ///< ... as many numbers a key
  };

  row parts_of(std::span<const std::uint32_t> state) const;
  void run(const command& c, situation& s, worked_out& w, std::uint32_t skip) const;
  static bool take(command_effects& e, std::span<std::uint32_t> state);

  const scope& scope_;
  const kernel& kernel_;
  std::span<const property> asked_;
  std::vector<remembers> needs_;
  cones cones_;
  std::optional<part_store> store_;
  std::vector<block> blocks_;
  std::vector<command_effects> effects_of_;
  std::vector<std::vector<std::uint32_t>> commands_of_;  ///< each move's commands, as indices into effects_of_
  std::uint64_t effects_ = 0;
};

}  // namespace ovlsim::explore_parts
