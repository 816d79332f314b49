// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_option.hpp"

#include <algorithm>

#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

std::span<const policy> known_own;  // set once, before the command line is read

std::string why_not_a_name(const std::string& text) {
  return text.empty() ? "no policy is named; leave the option out, or name one: " + policy_names() : std::string();
}

}  // namespace

void know_own_policies(std::span<const policy> own) { known_own = own; }
std::span<const policy> own_policies() { return known_own; }

std::string policy_names() {
  std::string names;
  for (const std::span<const policy> known : {policies(), known_own}) {
    for (const policy& p : known) names += (names.empty() ? "" : " ") + std::string(p.name);
  }
  return names;
}

std::optional<kernel> with_policy_option(const kernel& base, const std::string& names) {
  if (names.empty()) return base;
  policy_result made = with_policies(base, names, known_own);
  if (made.value) return made.value;
  const auto moves = procedures();
  const bool is_move = std::any_of(moves.begin(), moves.end(), [&names](const procedure& p) { return p.name == names; });
  diagnose("ovlsim: " + made.error + (is_move ? ": it is something to do, not a rule (see `ovlsim policies`)" : "") +
           "; this release knows: " + policy_names());
  return std::nullopt;
}

CLI::Option* add_policy_option(CLI::App& command, std::string& value) {
  return command.add_option("--policy", value, "Replaces rules of that kernel; several with + between (see `ovlsim policies`)")
      ->type_name("NAME")
      ->check(why_not_a_name);
}

CLI::Option* add_policy_option(CLI::App& command, std::vector<std::string>& values) {
  return command.add_option("--policy", values, "Under this policy (again for more), or several with + between; see `ovlsim policies`")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->check(why_not_a_name);
}

}  // namespace ovlsim::cli
