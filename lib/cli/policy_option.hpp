// SPDX-License-Identifier: Apache-2.0
//
// `--policy`: rules that the model follows in place of those of its kernel.
#pragma once

#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "ovlsim/policy.hpp"

namespace ovlsim::cli {

/// The names of all policies, separated by blanks.
std::string policy_names();

/// `base` with the policies of `names` (empty for none); nothing, and said on standard error, where that cannot be.
std::optional<kernel> with_policy_option(const kernel& base, const std::string& names);

/// Adds `--policy NAME[+NAME...]`.
CLI::Option* add_policy_option(CLI::App& command, std::string& value);

}  // namespace ovlsim::cli
