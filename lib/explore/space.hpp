// SPDX-License-Identifier: Apache-2.0
//
// States and how moves change them. A state is a row of numbers of blocks, a block a row of numbers of parts; what a command does to
// the blocks in its cone is worked out once for each that occur together, and looked up ever after: apply() is pure. A move goes
// command by command, so what differs no more after its first ones (an overlay was unmounted) is the same for the others.
//
// What is not known is asked for first, and worked out then, all of it at a time, by several threads where there are some. It is entered
// in the order in which it was asked for, so that how many they are makes no difference.
#pragma once

#include <memory>
#include <optional>

#include "explore/cones.hpp"
#include "explore/effects.hpp"
#include "explore/parts.hpp"
#include "explore/team.hpp"
#include "ovlsim/explore.hpp"

namespace ovlsim::explore_parts {

class space {
 public:
  space(const scope& s, const kernel& k, std::span<const property> asked, cones c);

  std::size_t width() const { return blocks_.size(); }
  std::uint32_t moves() const { return static_cast<std::uint32_t>(scope_.moves.size()); }
  /// The state after the setup.
  row first();

  enum class step : std::uint8_t {
    done,     ///< the move is done
    unknown,  ///< nobody has worked out yet what the next command does
    news,     ///< ... or it is known, and there is news about it: hear() it
  };
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
    return {c.block, blocks_[c.block].effects.of(state[c.block])[c.column]};
  }
  /// Goes on with move `m`, of which `done` commands are done, and `state` with it.
  step go(std::uint32_t m, std::uint32_t& done, std::span<std::uint32_t> state);
  /// What properties have to say of the command at which go() has stopped. It is said once.
  news hear(std::uint32_t m, std::uint32_t done, std::span<const std::uint32_t> state);
  /// Fetches what go() will look at.
  void prefetch(std::span<const std::uint32_t> state) const;

  /// The effect at which go() has stopped is to be worked out next.
  void ask_for(std::uint32_t m, std::uint32_t done, std::span<const std::uint32_t> state);
  /// All that was asked for is being worked out; go() may be called meanwhile, and ask_for(). `skip`: bits of properties that need not
  /// be looked at any more; `known`: of those that are known to happen.
  void begin_work(team& workers, std::uint32_t skip, std::uint32_t known);
  /// Now go() knows it. False when a command has changed what is not in its cone: then nothing that this space says is to be trusted.
  bool finish_work(team& workers);

  std::uint64_t memory() const;
  std::uint64_t parts() const { return store_->size(); }
  std::uint64_t effects() const { return effects_; }

 private:
  struct block {
    std::vector<std::uint32_t> places;  ///< of its parts in a row of all
    interned_rows rows;
    block_effects effects;
  };
  /// A state from which commands are to be worked out, all of them by one thread.
  struct place_to_start {
    row state;
    std::size_t first_question = 0;  ///< index into work_list::questions; the others follow
    row parts;              ///< these two are known once they were worked out
    std::size_t names = 0;  ///< how many there were then
  };
  struct question {
    std::uint32_t start = 0;    ///< index into work_list::starts
    std::uint32_t command = 0;  ///< ... into effects_of_
    std::uint32_t key = 0;      ///< the number of the block, or of the key
  };
  static constexpr std::uint32_t several_blocks = no_number;
  /// Where a command of a move finds what it does.
  struct command_place {
    std::uint32_t effects = 0;  ///< index into effects_of_
    std::uint32_t block = 0;    ///< the only one in its cone, or several_blocks
    std::uint32_t column = 0;   ///< in that block's effects
  };
  /// A world of which not all has a number yet.
  struct unknown_world {
    changed_parts changed;
    std::optional<situation> to;  ///< where some part has none
  };
  /// What a command does to blocks.
  struct outcome_of {
    bool changes = false;                                     ///< if not, all is as before
    news said;
    std::size_t names = 0;                                    ///< how many there are afterwards
    boost::container::small_vector<std::uint32_t, 2> next;    ///< the numbers of the blocks in the cone afterwards, if all have one
    std::unique_ptr<unknown_world> unknown;                   ///< ... or else
  };
  struct work_list {
    std::vector<place_to_start> starts;
    std::vector<question> questions;
    std::vector<outcome_of> answers;
    std::uint32_t skip = 0;
    std::uint32_t known = 0;
    bool is_shared = false;  ///< among several threads
  };

  row parts_of(std::span<const std::uint32_t> state) const;
  std::uint32_t key_of(command_effects& e, std::span<const std::uint32_t> state);
  std::uint32_t& effect_at(command_effects& e, std::uint32_t key);
  situation run(const command& c, const situation& from, std::uint32_t skip, outcome_of& o) const;
  std::span<const question> questions_of(std::size_t start) const;
  std::span<outcome_of> answers_of(std::size_t start);
  void work_out(std::size_t start, std::span<outcome_of> answers, own_parts* own);
  outcome_of answer(const question& q, const situation& from) const;
  bool enter_all(std::size_t start, std::span<outcome_of> answers);
  template <class Number>
  std::optional<row> blocks_after(const question& q, const row& parts, const Number& number) const;
  void look_up_blocks(const question& q, const changed_parts& changed, outcome_of& o) const;
  bool enter(const question& q, outcome_of&& o);
  std::optional<row> next_blocks(const question& q, const outcome_of& o);

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
  work_list asked_for_;
  work_list in_work_;
  std::vector<own_parts> own_;  ///< by number of the thread, where there are several
  bool is_right_ = true;
  std::uint64_t effects_ = 0;
};

}  // namespace ovlsim::explore_parts
