// SPDX-License-Identifier: Apache-2.0
//
// Effects by precedent. A command reads little of an upper filesystem: if it was run in one state, it does the same in every state that
// differs in nothing but pieces of the upper that it did not read (ovlsim/reads.hpp). What a command did so is kept as a case: what else
// is in the block, which pieces were read, and what they held. What it does to an upper is a change, told by values; what a
// change makes of which upper is kept beside, once it has been seen.
//
// A case is good for other uppers only where the canonical form of the rest does not depend on them (keeps_to_itself()): where an upper
// does not keep to itself before and after, files are open, or an overlay holds a temporary name, there are no cases.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <span>
#include <vector>

#include "explore/effects.hpp"
#include "explore/parts.hpp"
#include "explore/short_lock.hpp"
#include "ovlsim/reads.hpp"

namespace ovlsim::explore_parts {

/// How effects are decided by precedent. It pays for itself in large searches only.
struct use_of_precedents {
  std::uint64_t from = 100000;  ///< once so many effects are known
  bool doubted = false;         ///< for tests: what is decided is run, too, and the search has no result if it differs
  std::atomic<std::uint64_t>* decided = nullptr;  ///< for tests: counts what was decided, and doubted
};

/// Several threads may use it at once, but for settle() and what it counts.
class precedents {
 public:
  /// Of a block of `width` parts, of which part `upper` is the filesystem at `place` in the world; of so many commands.
  precedents(std::size_t width, std::size_t upper, std::uint32_t place, std::size_t commands);
  /// Whether there can be cases of it: it reads filesystems piece by piece.
  static bool takes(const command& c);

  /// Where a block stands: the number of all in it but the upper, and that of the upper.
  struct standing {
    std::uint32_t rest = no_number;
    std::uint32_t upper = no_number;
  };
  /// `names`: how many there are, for a name that nobody knows is another once it is known.
  standing standing_of(std::span<const std::uint32_t> in_block, std::size_t names);

  /// What a command does to the block: the parts after it, and what properties say.
  struct decision {
    std::uint32_t command = 0;
    row after;                 ///< the upper is no_number where nobody has seen yet what comes of it by that change
    std::uint32_t change = 0;
    news said;
  };
  using decisions = boost::container::small_vector<decision, 16>;
  /// Of those commands for which there is a case like it. Of several the memory of one comes while others are waited for.
  decisions decide(std::span<const std::uint32_t> commands, const standing& at) const;

  const byte_string& change(std::uint32_t number) const { return changes_[number]; }
  void add_change(const standing& at, std::uint32_t change, std::uint32_t after);
  /// Command number `c` was run.
  struct run {
    const read_log& read;
    const byte_string& change;
    const situation& from;
    const situation& to;                         ///< in canonical form
    std::span<const std::uint32_t> in_block;     ///< afterwards
    news said;
    bool tells_upper = true;                     ///< false: what comes of the upper is to be found out from the change
  };
  void add(std::uint32_t c, const standing& at, const run& r);

  /// Takes in the uppers and the kinds of pieces that have come. No other thread is using it.
  void settle(const part_store& parts);
  std::uint64_t memory() const;

 private:
  static constexpr std::size_t most_pieces = 64;  ///< in all
  static constexpr std::size_t most_read = 16;    ///< in one case
  /// By upper: whether it keeps to itself; nothing; the number of each piece's value.
  enum of_upper : std::size_t { keeps, nothing, first_piece };
  /// Where an upper has the values of the pieces that were read, and `nothing` behind the last.
  using footprint = std::array<std::uint16_t, most_read>;
  /// What was read of an upper.
  using value_row = std::array<std::uint16_t, most_read>;
  struct alignas(cache_line) case_like {
    std::uint32_t before = no_number;  ///< the last one of this rest and command
    std::uint32_t footprint = 0;
    value_row values{};
    std::uint32_t change = 0;
    news said;
  };

  bool knows(const standing& at) const { return at.upper < uppers_.size() && uppers_[at.upper][keeps] == 1; }
  value_row values_of(std::uint32_t upper, std::uint32_t read) const;
  bool is_like(const standing& at, const case_like& one) const {
    const std::uint16_t* const all = uppers_[at.upper];
    const footprint& shape = *shapes_[one.footprint];
    for (std::size_t n = 0; n < most_read && shape[n] != nothing; ++n) {
      if (all[shape[n]] != one.values[n]) return false;
    }
    return true;
  }
  bool rest_takes(const world& w) const;
  void enter_change(const standing& at, std::uint32_t change, std::uint32_t after);
  std::uint32_t footprint_of(const read_log& read);
  std::uint32_t value_of(const backing::filesystem& fs, std::size_t p);

  std::size_t width_;
  std::size_t upper_;
  std::uint32_t place_;
  std::uint8_t owner_;  ///< of the upper's tables
  alignas(cache_line) short_lock growing_;
  alignas(cache_line) interned_rows rests_;     ///< the names' count in the place of the upper
  rows_of<std::uint32_t> heads_;                ///< by rest: of each command the last case
  rows_of<case_like> cases_{1};
  rows_of<std::uint32_t> parts_;                ///< by case: those afterwards
  interned<piece> pieces_;
  std::vector<interned<byte_string>> values_;   ///< by piece
  interned<footprint> footprints_;
  rows_of<footprint> shapes_{1};                ///< the same, for many looks
  rows_of<std::uint16_t> uppers_;               ///< by number: see of_upper
  std::vector<piece> wanted_;                   ///< pieces that have come since settle()
  interned<byte_string> changes_;
  interned_rows changed_;                       ///< upper and change
  rows_of<std::uint32_t> after_;                ///< ... and what comes of them
  std::uint64_t held_ = 0;                      ///< bytes in values and changes
};

}  // namespace ovlsim::explore_parts
