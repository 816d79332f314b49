// SPDX-License-Identifier: Apache-2.0
//
// States and how moves change them. A state is a row of numbers of blocks, a block a row of numbers of parts; what a command does to
// the blocks in its cone is worked out once for each that occur together, and looked up ever after: apply() is pure. A move goes
// command by command, so what differs no more after its first ones (an overlay was unmounted) is the same for the others.
//
// Several threads may go at once: what one of them works out all know from then on. Which of them was first shows in nothing but the
// numbers that parts and blocks get, and no answer holds those. But names are numbered for good and in one order, so that what makes new
// ones is left to a time when one thread is alone.
#pragma once

#include <mutex>
#include <optional>

#include "explore/cones.hpp"
#include "explore/effects.hpp"
#include "explore/parts.hpp"
#include "explore/precedents.hpp"
#include "explore/short_lock.hpp"
#include "ovlsim/explore.hpp"

namespace ovlsim::explore_parts {

class space {
 public:
  space(const scope& s, const kernel& k, std::span<const property> asked, cones c, use_of_precedents p);

  std::size_t width() const { return blocks_.size(); }
  std::uint32_t moves() const { return static_cast<std::uint32_t>(scope_.moves.size()); }
  /// The state after the setup.
  row first();

  /// What every move does that is one command on one block: for a look at many moves of one state.
  struct glance {
    /// The block that the move changes, and its number then: what it was where the move changes nothing, or effect::unknown, or with
    /// effect::has_news.
    std::uint32_t block = 0;
    std::uint32_t number = effect::unknown;
  };
  glance at_a_glance(std::uint32_t m, std::span<const std::uint32_t> state) const {
    const std::vector<command_place>& commands = commands_of_[m];
    if (commands.size() != 1 || commands[0].block == several_blocks) return {};
    const command_place& c = commands[0];
    return {c.block, blocks_[c.block].effects.of(state[c.block], c.column)};
  }
  /// Fetches what at_a_glance() will look at, and later, when that has come, what go() will look at for the second command of a move.
  void prefetch(std::span<const std::uint32_t> state) const;
  void prefetch_second(std::span<const std::uint32_t> state) const;
  /// Decides by precedent what it can of what moves will ask for in `state`: many at a time cost less.
  void decide(std::span<const std::uint32_t> state, unsigned thread);

  /// How many threads may go at once, each with a number below that. `skip`: bits of properties that need not be looked at any more;
  /// `known`: of those that are known to happen.
  void begin(unsigned threads, std::uint32_t skip, std::uint32_t known);
  enum class step : std::uint8_t {
    done,         ///< `state` is what the move leads to
    has_news,     ///< ... and there is news about one of its commands at least, which nobody has heard: next_news()
    makes_names,  ///< go() has to be called by a thread that is alone
    wrong,        ///< a command has changed what is not in its cone, or does otherwise than a precedent that was doubted: nothing that
                  ///< this space says is to be trusted
  };
  /// Does move `m` in `state`, as the thread of that number.
  step go(std::uint32_t m, std::span<std::uint32_t> state, unsigned thread, bool is_alone);
  /// Goes on with move `m`, of which `done` commands are done, and `state` with it, to the next command about which properties have
  /// something to say, and through that. It is said once. All of the move has been worked out.
  std::optional<news> next_news(std::uint32_t m, std::uint32_t& done, std::span<std::uint32_t> state);

  /// These are asked while no thread goes, as is settle(): what was found out is made ready for the next time.
  void settle();
  std::uint64_t memory() const;
  std::uint64_t parts() const { return store_->size(); }
  std::uint64_t effects() const;

 private:
  struct block {
    std::vector<std::uint32_t> places;  ///< of its parts in a row of all
    interned_rows rows;
    block_effects effects;
  };
  static constexpr std::uint32_t several_blocks = no_number;
  /// Where a command of a move finds what it does.
  struct command_place {
    std::uint32_t effects = 0;  ///< index into effects_of_
    std::uint32_t block = 0;    ///< the only one in its cone, or several_blocks
    std::uint32_t column = 0;   ///< in that block's effects
  };
  /// What a thread has of its own.
  struct alignas(cache_line) own {
    row state;                      ///< in which it has worked something out last
    row parts;                      ///< ... in parts
    std::size_t names = 0;          ///< how many there were then
    precedents::standing standing;  ///< of it, if it was needed
    bool has_decided = false;       ///< the first commands of all moves, as far as there are precedents
    situation from;                 ///< the state as a world, if it was needed
    bool has_from = false;
    own_parts copies;
    std::uint64_t effects = 0;      ///< how many it has entered
  };
  struct outcome_of {
    bool is_left = false;  ///< for a thread that is alone
    bool changes = false;  ///< if not, all is as before
    news said;
    std::optional<byte_string> change;  ///< of the upper, if that was asked for and can be told
  };

  std::uint32_t key_of(command_effects& e, std::span<const std::uint32_t> state);
  std::uint32_t& effect_at(command_effects& e, std::uint32_t key);
  situation run(const command& c, const situation& from, std::uint32_t skip, bool is_alone, outcome_of& o, read_log* read = nullptr) const;
  void prepare_precedents();
  void start_from(std::span<const std::uint32_t> state, own& mine) const;
  void make_world(own& mine) const;
  std::uint32_t upper_after(std::uint32_t change, own& mine);
  precedents::decisions decisions_of(std::span<const std::uint32_t> columns, std::uint32_t number, own& mine);
  step work_out(command_effects& e, std::uint32_t key, std::span<const std::uint32_t> state, own& mine, bool is_alone);
  row parts_of(std::span<const std::uint32_t> state) const;
  row parts_after(const situation& to, const own& from);
  std::optional<row> blocks_after(const row& parts, std::span<const std::uint32_t> state, const std::vector<std::uint32_t>& cone);
  std::uint32_t number_of(block& b, const row& in_block) { return number_of(b, in_block, hash_of_row(in_block)); }
  std::uint32_t number_of(block& b, const row& in_block, std::uint64_t hash);
  void enter(command_effects& e, std::uint32_t key, std::span<const std::uint32_t> next, const news& all, own& mine);

  const scope& scope_;
  const kernel& kernel_;
  std::span<const property> asked_;
  std::vector<remembers> needs_;
  bool remembers_something_ = false;
  cones cones_;
  std::optional<part_store> store_;
  std::vector<block> blocks_;
  std::vector<command_effects> effects_of_;
  std::vector<std::vector<command_place>> commands_of_;  ///< by move
  alignas(cache_line) short_lock growing_;               ///< held by whoever numbers something new, or enters more than one number
  alignas(cache_line) std::vector<own> own_;             ///< by number of the thread
  use_of_precedents use_;
  std::uint32_t upper_ = 0;                   ///< the place of the filesystem that precedents leave open
  std::vector<std::uint32_t> at_column_;      ///< index into effects_of_, by column of the block of the upper
  std::vector<std::uint32_t> first_columns_;  ///< ... of those that may have precedents, and are the first command of a move
  std::size_t upper_in_block_ = 0;
  bool may_have_precedents_ = false;
  std::optional<precedents> precedents_;  ///< once there are enough effects
  std::uint32_t skip_ = 0;
  std::uint32_t known_ = 0;
};

}  // namespace ovlsim::explore_parts
