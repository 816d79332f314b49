// SPDX-License-Identifier: Apache-2.0
//
// The shortest part of a failing scenario that still fails in the same way.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "ovlsim/run.hpp"
#include "ovlsim/shrink.hpp"

namespace ovlsim {

struct minimised {
  scenario value;              ///< one expectation fails in it; those that give its variable a value are there too, others went
  failed_expectation failed;   ///< how it fails, at its place in `value`
};

/// Makes `s` smaller while the first of its expectations that fails (or the first of `line`, when that is not 0) still fails in the same
/// way: the same expectation behind the same verb, answered with the same status, and with the same value where the expectation names
/// one (a variable's value may be another). Nothing, where no expectation fails (there). `run` answers a scenario, each time alike.
std::optional<minimised> minimise(const scenario& s, const std::function<std::vector<answered>(const scenario&)>& run, int line = 0,
                                  const shrink_limits& limits = {});

}  // namespace ovlsim
