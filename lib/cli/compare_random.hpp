// SPDX-License-Identifier: Apache-2.0
//
// Random stories on the model and on the live kernel; what differs is made smaller and written as a scenario.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/tested_kernel.hpp"
#include "ovlsim/compare.hpp"
#include "ovlsim/live.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::cli {

struct random_options {
  std::uint64_t stories = 0;
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> story;  ///< this one alone
  std::optional<int> commands;         ///< about so many a story; random_shape()'s numbers without
  int max_differences = 10;
  bool all_features = false;
  bool stats = false;
};

/// The two that are held against each other.
struct compared_kernels {
  tested_kernel real;
  model_rules model;
};

/// Both runs of one scenario. `error`: the live run could not be completed.
struct both_runs {
  std::vector<difference> differences;
  std::string error;
};
both_runs run_both(const scenario& s, const kernel& model, live::session& session);

/// A difference in a line of text, without the place: `stat m:/A: ino: model 12, kernel 56`.
std::string in_words(const difference& d, const scenario& s);

/// The exit code.
int compare_random(const random_options& options, compared_kernels& kernels);

}  // namespace ovlsim::cli
