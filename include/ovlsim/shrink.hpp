// SPDX-License-Identifier: Apache-2.0
//
// Makes a scenario smaller while something that it shows stays true. What that is, is up to the caller: that two runs still
// differ in the same way, that an expectation still fails, that a property is still broken.
#pragma once

#include <atomic>
#include <functional>

#include "ovlsim/scenario.hpp"

namespace ovlsim {

struct shrink_limits {
  int runs = 2000;                          ///< the predicate is asked at most so often
  const std::atomic<bool>* stop = nullptr;  ///< ends it when it becomes true, with the smallest that was found by then
};

/// The smallest scenario that was found of which `still` is true: first lines go (in large chunks, then one by one, then all
/// lines of one filesystem at a time), then what is left gets simpler (shorter paths and data, default modes, simpler
/// filesystems, fewer layers and options), and again while anything helps. `still` must be true of `s`; it sees only valid
/// scenarios whose lines are numbered as print() would show them, and the result is one of them. Expectations stay with their
/// lines, comments go. Deterministic when `still` is.
scenario shrink(const scenario& s, const std::function<bool(const scenario&)>& still, const shrink_limits& limits = {});

}  // namespace ovlsim
