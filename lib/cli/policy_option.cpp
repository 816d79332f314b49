// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_option.hpp"

#include "cli/support.hpp"

namespace ovlsim::cli {

std::string policy_names() {
  std::string names;
  for (const policy& p : policies()) {
    if (!names.empty()) names += ' ';
    names += p.name;
  }
  return names;
}

std::optional<kernel> with_policy_option(const kernel& base, const std::string& names) {
  if (names.empty()) return base;
  policy_result made = with_policies(base, names);
  if (!made.value) diagnose("ovlsim: " + made.error + "; this release knows: " + policy_names());
  return made.value;
}

CLI::Option* add_policy_option(CLI::App& command, std::string& value) {
  return command.add_option("--policy", value, "Replaces rules of that kernel; several with + between (see `ovlsim policies`)")
      ->type_name("NAME");
}

}  // namespace ovlsim::cli
