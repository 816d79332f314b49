// SPDX-License-Identifier: Apache-2.0
//
// All stories of a scope: breadth first over every sequence of its moves, each world that is reached looked at once. Worlds are kept
// whole, in canonical form (canonical.hpp), so that "holds" is a proof for the scope, and what breaks a property is a shortest story.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ovlsim/property.hpp"
#include "ovlsim/scope.hpp"

namespace ovlsim {

/// How far the search has come.
struct explore_progress {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t memory = 0;  ///< bytes
  unsigned depth = 0;        ///< moves
};

struct explore_limits {
  unsigned depth = std::numeric_limits<unsigned>::max();  ///< stories of so many moves at most
  std::uint64_t memory = std::uint64_t{2} << 30;          ///< bytes for states and parts; the steps at hand come on top, as many as states, 16,384 at least and 262,144 at most
  unsigned threads = 1;                                   ///< changes nothing but the time. Rules and properties are asked in all of them
  const std::atomic<bool>* stop = nullptr;                ///< ends the search when it becomes true
  /// Called before every stride of the search, of 16,384 to 131,072 transitions, in the thread that has called explore() or
  /// distinguish(); explore_all() does not call it. Who shows it limits how often.
  std::function<void(const explore_progress&)> progress;
};

/// A shortest story at whose end a property is broken.
struct counterexample {
  std::vector<std::uint32_t> moves;  ///< indices into scope::moves
  std::string why;
  scenario story;                    ///< setup and moves, with what is expected: `ovlsim run` finds all of it held
};

enum class explore_end : std::uint8_t {
  closed,       ///< every reachable world was seen
  all_broken,   ///< nothing was left to find out
  depth,
  memory,
  interrupted,
};

struct property_verdict {
  std::string_view property;
  bool happened = false;                ///< some step spoke of it: if not, nothing was shown
  std::optional<counterexample> broken;
  explore_end end{};                    ///< how the search for it ended
  explore_progress reached;             ///< properties that remember other things are searched for in other states
};

struct exploration {
  explore_end end{};                ///< `closed` when all searches were complete
  explore_progress reached;         ///< of all searches together
  std::uint64_t parts = 0;         ///< distinct filesystems, overlays and the like, each kept once
  std::uint64_t effects = 0;       ///< of moves, that were worked out (some before it was clear that nobody needs them)
  std::vector<property_verdict> verdicts;  ///< in the order of the properties asked for
};

/// Why a scope cannot be explored, in words; empty when it can.
std::string cannot_explore(const scope& s, const kernel& k);

/// Why a search of this scope can end for lack of depth, memory or time alone, in words that end with the cure; empty when nothing is known
/// against its closing.
std::string never_closes(const scope& s);

/// Looks at all stories of `s` under `k`. The scope must be one that cannot_explore() has no objection to. Deterministic. Throws nothing
/// but std::bad_alloc.
exploration explore(const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits = {});

/// `holds (closed, 907 states)`, `holds to depth 7 (12 states)`, `violated after 9 moves`, `incomplete: ...`, `vacuous (...)`.
std::string to_string(const property_verdict& v);

}  // namespace ovlsim
