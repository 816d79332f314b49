// SPDX-License-Identifier: Apache-2.0
#include "cli/rules_option.hpp"

#include "cli/policy_option.hpp"

namespace ovlsim::cli {

std::optional<named_rules> find_rules(const std::string& text, const std::string& base) {
  const std::size_t colon = text.find(':');
  named_rules r{text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1), {}};
  const std::string& first = r.kernel_name;
  if (colon == std::string::npos && kernel_named(first) == nullptr && !first.empty() && first.find_first_not_of("0123456789.") != std::string::npos) {
    r = {base.empty() ? std::string(kernel_history().back().name) : base, text, {}};
  }
  const kernel* of = find_kernel(r.kernel_name);
  const bool no_policy = colon == std::string::npos && r.policy.empty();
  const std::optional<kernel> with = of == nullptr || no_policy ? std::nullopt : with_policy_option(*of, r.policy);
  if (of == nullptr || (!no_policy && !with)) return std::nullopt;
  r.k = with ? *with : *of;
  return r;
}

}  // namespace ovlsim::cli
