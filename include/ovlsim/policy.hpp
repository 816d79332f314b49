// SPDX-License-Identifier: Apache-2.0
//
// Candidate policies: what was proposed for the kernel to do about origins that may be wrong, each as a kernel with named rules
// replaced. A policy of one's own is the same: a value of type `policy` whose `apply` puts a rule (kernel.hpp) into a kernel.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ovlsim/kernel.hpp"

namespace ovlsim {

struct policy {
  std::string_view name;       ///< `"nofollow"`
  std::string_view decisions;  ///< decision_info::name of each decision whose rule it replaces, with blanks between
  void (*apply)(kernel& k);    ///< puts its rules in place
  std::string_view words;      ///< what changes for users of kernels since a888db310195 (5.8), for people
  std::string_view proposed;   ///< by whom and when, or by which commit
};

/// All that the model knows, in the order in which they came up.
std::span<const policy> policies() noexcept;

/// The policy of that name among policies() and `own`; null where there is none.
const policy* policy_named(std::string_view name, std::span<const policy> own = {}) noexcept;

/// `base` with policies in place, or in words why that cannot be.
struct policy_result {
  std::optional<kernel> value;
  std::string error;
};

/// Puts the policies of `names` (`"follow+metacopy-nofollow"`), which are among policies() and `own`, in place of the rules of `base`,
/// whose name it keeps. An error: an empty name, one that is no policy, one given twice, two policies that put different rules in the
/// place of one, a policy that replaces a rule of which its `decisions` say nothing.
policy_result with_policies(const kernel& base, std::string_view names, std::span<const policy> own = {});

/// `a` and `b` take the decision `place` of decisions() by one rule: the same function, not only a name that is the same.
bool same_rule(const kernel& a, const kernel& b, std::size_t place) noexcept;

/// What was proposed for administrators to do: moves, not rules. Any kernel follows them.
struct procedure {
  std::string_view name;      ///< `"rotate-upper"`
  std::string_view commands;  ///< what it is in the scenario language, one command a line
  std::string_view words;     ///< what comes of it
  std::string_view proposed;  ///< by whom and when
  std::string_view example;   ///< the scenario that shows it, a file below examples/
};
std::span<const procedure> procedures() noexcept;

}  // namespace ovlsim
