// SPDX-License-Identifier: Apache-2.0
//
// `--kernel`: the kernel whose rules the model follows.
#pragma once

#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "ovlsim/kernel.hpp"

namespace ovlsim::cli {

/// The names of all releases that the model knows, oldest first, separated by blanks.
std::string kernel_names();

/// The kernel of that name; null, and said on standard error, where there is none.
const kernel* find_kernel(std::string_view name);

/// Adds `--kernel VERSION` with `value` as its default.
CLI::Option* add_kernel_option(CLI::App& command, std::string& value);

}  // namespace ovlsim::cli
