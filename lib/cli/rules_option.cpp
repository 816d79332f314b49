// SPDX-License-Identifier: Apache-2.0
#include "cli/rules_option.hpp"

#include "cli/policy_option.hpp"

namespace ovlsim::cli {

std::optional<kernel> find_rules(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string first = text.substr(0, colon);
  if (colon == std::string::npos && kernel_named(first) == nullptr && !first.empty() && first.find_first_not_of("0123456789.") != std::string::npos) {
    return with_policy_option(*kernel_named(kernel_history().back().name), first);
  }
  const kernel* base = find_kernel(first);
  if (base == nullptr) return std::nullopt;
  return colon == std::string::npos ? *base : with_policy_option(*base, text.substr(colon + 1));
}

}  // namespace ovlsim::cli
