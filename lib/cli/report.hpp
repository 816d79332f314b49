// SPDX-License-Identifier: Apache-2.0
//
// How a run is shown, be it the model's or the live kernel's.
#pragma once

#include <string>
#include <vector>

#include "cli/support.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::cli {

struct report_options {
  bool json = false;
  bool mount_options = false;
  color_option color;

  /// Adds `--json`, `--mount-options` and `--color`.
  void add_to(CLI::App& command);
};

/// Shows the answers to one scenario and the expectations that did not hold; `header` names the file first. Returns
/// the exit code. As JSON, standard output holds the answers and nothing else.
int report(const scenario& s, const std::vector<answered>& answers, const report_options& options, bool header);

}  // namespace ovlsim::cli
