// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim matrix --on-kernel`: the counterexamples of every row whose rules the live kernel has, told to it.
#pragma once

#include "cli/matrix_table.hpp"

namespace ovlsim::cli {

/// Says of each counterexample whether the live kernel confirms it, or why it was not asked. Exit code.
int confirm_on_kernel(const matrix& m);

}  // namespace ovlsim::cli
