// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim matrix --on-kernel`: every counterexample that the rules of the live kernel answer alike, told to it.
#pragma once

#include <atomic>

#include "cli/matrix_table.hpp"

namespace ovlsim::cli {

/// Says of each counterexample whether the live kernel confirms it, or why it was not asked; once `stop` is true, of how many nothing can be
/// said. Exit code.
int confirm_on_kernel(const matrix& m, const std::atomic<bool>& stop);

}  // namespace ovlsim::cli
