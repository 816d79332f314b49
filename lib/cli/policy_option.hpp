// SPDX-License-Identifier: Apache-2.0
//
// `--policy`: rules that the model follows in place of those of its kernel.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "cli/commands.hpp"
#include "ovlsim/policy.hpp"

namespace ovlsim::cli {

/// The policies of a program of somebody else's (ovlsim::cli_main), known beside policies(). They outlive the command line.
void know_own_policies(std::span<const policy> own);
std::span<const policy> own_policies();

/// The names of all policies, separated by blanks.
std::string policy_names();

/// `base` with the policies of `names` (empty for none); nothing, and said on standard error, where that cannot be.
std::optional<kernel> with_policy_option(const kernel& base, const std::string& names);

/// Adds `--policy NAME[+NAME...]`; nothing between the quotes is an error there, so that an empty `value` means none.
CLI::Option* add_policy_option(CLI::App& command, std::string& value);
CLI::Option* add_policy_option(CLI::App& command, std::vector<std::string>& values);

}  // namespace ovlsim::cli
