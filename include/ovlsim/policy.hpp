// SPDX-License-Identifier: Apache-2.0
//
// Candidate policies: what was proposed for the kernel to do about origins that may be wrong, each as a kernel with one named rule
// replaced. A policy of one's own is the same: a copy of a kernel, and a rule (kernel.hpp).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ovlsim/kernel.hpp"

namespace ovlsim {

struct policy {
  std::string_view name;      ///< `"nofollow"`
  std::string_view decision;  ///< decision_info::name of the decision whose rule it replaces
  void (*apply)(kernel& k);   ///< puts its rule in place
  std::string_view words;     ///< what it changes, for people
  std::string_view proposed;  ///< by whom and when, or by which commit
};

/// All that the model knows, in the order in which they came up.
std::span<const policy> policies() noexcept;

/// The policy of that name; null where there is none.
const policy* policy_named(std::string_view name) noexcept;

/// `base` with policies in place, or in words why that cannot be.
struct policy_result {
  std::optional<kernel> value;
  std::string error;
};

/// Puts the policies of `names` (`"follow+metacopy-nofollow"`) in place of the rules of `base`, whose name it keeps. An error: a name
/// that is no policy, or two policies that replace the rule of one decision.
policy_result with_policies(const kernel& base, std::string_view names);

}  // namespace ovlsim
