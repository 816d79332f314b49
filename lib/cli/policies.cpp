// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim policies`: the candidate policies that the model knows.
#include <fmt/format.h>

#include "cli/support.hpp"
#include "ovlsim/policy.hpp"

namespace ovlsim::cli {
namespace {

int list_policies() {
  constexpr std::size_t margin = 4;
  constexpr std::size_t columns = 100;
  for (const policy& p : policies()) {
    out(fmt::format("{} ({})\n{}{}", p.name, p.decision, wrapped(p.words, margin, columns), wrapped(p.proposed, margin, columns)));
  }
  return exit_held;
}

}  // namespace

void add_policies(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("policies", "List the candidate policies that the model knows");
  command->footer(
      "Each replaces the rule of the decision in brackets, over any kernel.\n"
      "\n"
      "Example:\n"
      "  ovlsim run --policy null-uuid examples/00-collision.ovl");
  command->callback([&exit_code] { exit_code = list_policies(); });
}

}  // namespace ovlsim::cli
