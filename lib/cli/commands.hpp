// SPDX-License-Identifier: Apache-2.0
//
// The subcommands of `ovlsim`. Each function adds one to the command line; when the user calls it, it does its work and
// leaves the exit code in `exit_code`, which outlives the parsing.
#pragma once

#include <CLI/CLI.hpp>

namespace ovlsim::cli {

// What the exit codes say, the same for every subcommand.
inline constexpr int exit_held = 0;      ///< every expectation held, nothing was found
inline constexpr int exit_failed = 1;    ///< an expectation did not hold, a difference was found
inline constexpr int exit_usage = 2;     ///< a scenario error, a wrong command line, a file that cannot be read
inline constexpr int exit_incomplete = 3;  ///< a search ended before it had seen all that it was to see
inline constexpr int exit_cannot = 77;   ///< what was asked for cannot be done on this machine

void add_run(CLI::App& app, int& exit_code);
void add_kernel(CLI::App& app, int& exit_code);
void add_explain(CLI::App& app, int& exit_code);
void add_draw(CLI::App& app, int& exit_code);
void add_page(CLI::App& app, int& exit_code);
void add_kernels(CLI::App& app, int& exit_code);
void add_policies(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_distinguish(CLI::App& app, int& exit_code);
void add_matrix(CLI::App& app, int& exit_code);
void add_compare(CLI::App& app, int& exit_code);
void add_minimise(CLI::App& app, int& exit_code);
void add_export(CLI::App& app, int& exit_code);
void add_coverage(CLI::App& app, int& exit_code);
void add_fmt(CLI::App& app, int& exit_code);
void add_completion(CLI::App& app, int& exit_code);
void add_man(CLI::App& app, int& exit_code);

}  // namespace ovlsim::cli
