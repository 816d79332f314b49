// SPDX-License-Identifier: Apache-2.0
//
// A run with everything that can be asked about it afterwards: each command with its answer, what the observer was told, and the world
// that it left. Worlds share what does not change, so keeping all of them is cheap.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ovlsim/observer.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::explaining {

/// A decision as it was taken.
struct decided {
  std::string rule;
  decision what;
};

/// origin_record and inode_record with the text that they point to.
struct followed {
  origin_record what;
  std::string stored;
};
struct looked_up {
  inode_record what;
  std::string name;
};

using event = std::variant<decided, followed, looked_up>;

struct recorded_step {
  int line = 0;
  command what;
  outcome result;
  std::vector<event> events;
  world after;
};

/// The worlds of a run by the step: before(0) is the empty one.
struct recording {
  std::vector<recorded_step> steps;
  world empty;

  const world& before(std::size_t step) const { return step == 0 ? empty : steps[step - 1].after; }
  const world& after(std::size_t step) const { return steps[step].after; }
};

recording record(const scenario& s, const kernel& k);

}  // namespace ovlsim::explaining
