// SPDX-License-Identifier: Apache-2.0
//
// Runs a scenario on the model, and holds answers (of the model or of a live kernel) against a scenario's expectations.
#pragma once

#include <string>
#include <vector>

#include "ovlsim/apply.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim {

/// The outcome of one command of a scenario.
struct answered {
  int line = 0;
  std::string verb;
  outcome result;
  bool operator==(const answered&) const = default;
};

/// Every command of `s` in order, on a new world.
std::vector<answered> run_on_model(const scenario& s, const kernel& k, observer* seen = nullptr);

/// An expectation that did not hold.
struct failed_expectation {
  int line = 0;
  int column = 0;
  std::string expected;  ///< as written: `ino=$a` with the value bound so far in words, where there is one
  std::string got;       ///< what came
};

/// Holds `answers` against the expectations of `s`; a variable binds at its first use in the file.
std::vector<failed_expectation> check_expectations(const scenario& s, const std::vector<answered>& answers);

}  // namespace ovlsim
