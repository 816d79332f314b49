// SPDX-License-Identifier: Apache-2.0
//
// Two kernels (or policies) side by side through all stories of a scope: the shortest story that they answer differently, or the proof
// that there is none. Answers are held against each other as compare_runs() does, but that inode numbers of directories, which are
// counted up on many mounts, are not compared, and that a log line which only one of the two writes is a difference.
#pragma once

#include "ovlsim/explore.hpp"

namespace ovlsim {

/// A shortest story that two kernels answer differently, in its last line alone.
struct told_apart {
  std::vector<std::uint32_t> moves;  ///< indices into scope::moves; none when the setup itself tells them apart
  std::string what;                  ///< `status`, a field, or `log`
  std::string left;                  ///< what the first answers to the last command, in words (to_text())
  std::string right;                 ///< what the second does
  scenario story;                    ///< with what the first answers as expectations; a comment says what the second does
};

struct distinction {
  explore_end end{};                ///< `closed`: every pair of worlds was seen; `all_broken`: a story was found
  explore_progress reached;         ///< states are pairs of worlds
  std::optional<told_apart> found;
  std::string cannot;               ///< why answers of this scope cannot be held against each other; empty when they can. It ends the search
};

/// Looks at all stories of `s`, which cannot_explore() has no objection to under both kernels. One thread. Deterministic.
distinction distinguish(const scope& s, const kernel& left, const kernel& right, const explore_limits& limits = {});

}  // namespace ovlsim
