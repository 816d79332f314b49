// SPDX-License-Identifier: Apache-2.0
//
// Candidates against properties: every property of every candidate kernel in every scope, under several mount options.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ovlsim/explore.hpp"

namespace ovlsim {

struct matrix_row {
  std::string name;
  kernel k;
};

/// One scope under one set of options.
struct matrix_case {
  std::string options;  ///< `default`, `xino=on`
  scope what;
};

/// A search; candidates that answer every question of it alike share it.
struct matrix_cell {
  std::size_t row = 0;
  std::size_t in_case = 0;
  std::shared_ptr<const exploration> found;  ///< null where the scope cannot be explored, or the search was stopped before it began
  std::string cannot;                        ///< why this scope cannot be explored under this row (cannot_explore()); empty when it can
  bool shared = false;  ///< it was made for a row above
};

/// All cells, by case and then by row: complete unless `limits.stop` ended it. `limits.threads` searches run at a time, each in one thread;
/// which changes nothing. `done` is told of each case that is finished.
std::vector<matrix_cell> explore_all(std::span<const matrix_row> rows, std::span<const matrix_case> cases, std::span<const property> asked,
                                     const explore_limits& limits, const std::function<void(std::size_t)>& done = {});

}  // namespace ovlsim
