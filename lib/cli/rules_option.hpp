// SPDX-License-Identifier: Apache-2.0
//
// Rules in one word, where a command takes those of two kernels.
#pragma once

#include <optional>
#include <string>

#include "cli/kernel_option.hpp"

namespace ovlsim::cli {

/// A kernel, and the policy over it where there is one, by their names.
struct named_rules {
  std::string kernel_name;
  std::string policy;
  kernel k;
};

/// `6.1`, `6.1:nofollow`, or `nofollow`, which is over `base`, the newest kernel where that is empty. Nothing, and said on standard error,
/// where that is none.
std::optional<named_rules> find_rules(const std::string& text, const std::string& base = {});

}  // namespace ovlsim::cli
