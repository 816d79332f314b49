// SPDX-License-Identifier: Apache-2.0
//
// What `ovlsim matrix` has found: the cells, as tables and as JSON, and the shortest counterexample of each.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/matrix.hpp"

namespace ovlsim::cli {

inline constexpr std::string_view default_options = "default";

/// What the table is made of. The first row is the kernel itself.
struct matrix {
  std::string kernel;
  std::vector<std::string> option_sets;
  std::vector<matrix_row> rows;
  std::vector<matrix_case> cases;
  std::vector<property> asked;
  std::vector<matrix_cell> cells;
};

/// The words between the commas; none of `default`.
std::vector<std::string> options_in(std::string_view set);

/// One table for a set of options, and why cells of it lack scopes.
void print_table(const matrix& m, const std::string& options, bool markdown);
void print_json(const matrix& m);

/// Exit code.
int code_of(const matrix& m);

/// The shortest counterexample of a row under a set of options: its file's name, and the story as it is written there.
struct shown_counterexample {
  std::size_t row = 0;
  std::string file;
  const scenario& found;
  scenario story;
};
void each_counterexample(const matrix& m, const std::function<void(const shown_counterexample&)>& use);

}  // namespace ovlsim::cli
