// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim kernels`: the releases that the model knows, and what changed between two of them.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "cli/kernel_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

int list_kernels() {
  out(fmt::format("{:<8} {:<34} {}\n", "KERNEL", "MEANS", "CHANGED DECISIONS"));
  for (const kernel_series& s : kernel_history()) {
    const std::string changes = s.changes.empty() ? std::string("the oldest one, in full") : std::to_string(s.changes.size());
    out(fmt::format("{:<8} {:<34} {}\n", s.name, s.means, changes));
  }
  return exit_held;
}

std::size_t place_of(std::string_view name) {
  const auto all = kernel_history();
  return static_cast<std::size_t>(std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.name == name; }) - all.begin());
}

int diff_kernels(std::string from, std::string to) {
  if (find_kernel(from) == nullptr || find_kernel(to) == nullptr) return exit_usage;
  std::size_t first = place_of(from);
  std::size_t last = place_of(to);
  if (first > last) {
    std::swap(first, last);
    std::swap(from, to);
  }
  constexpr std::size_t margin = 4;
  constexpr std::size_t columns = 100;
  const kernel& older = *kernel_named(from);
  const kernel& newer = *kernel_named(to);
  std::size_t changed = 0;
  for (std::size_t place = 0; place < decisions().size(); ++place) {
    if (rule_name(older, place) == rule_name(newer, place)) continue;  // what came in between has gone again
    ++changed;
    out(fmt::format("{} ({})\n  {}\n", decisions()[place].name, decisions()[place].where, decisions()[place].asks));
    for (std::size_t n = first + 1; n <= last; ++n) {
      for (const change& c : kernel_history()[n].changes) {
        if (c.decision != decisions()[place].name) continue;
        out(fmt::format("  {}:\n{}{}", kernel_history()[n].name, wrapped(c.words, margin, columns), wrapped(c.commit, margin, columns)));
      }
    }
  }
  out(fmt::format("{} {} taken otherwise on {} than on {}\n", changed, changed == 1 ? "decision is" : "decisions are", to, from));
  return exit_held;
}

}  // namespace

void add_kernels(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("kernels", "List the kernels that the model knows, or what changed between two");
  command->require_subcommand(0, 1);
  command->footer(
      "Examples:\n"
      "  ovlsim kernels\n"
      "  ovlsim kernels diff 6.1 6.12");
  command->callback([command, &exit_code] {
    if (command->get_subcommands().empty()) exit_code = list_kernels();
  });
  const auto names = std::make_shared<std::pair<std::string, std::string>>();
  CLI::App* diff = command->add_subcommand("diff", "What changed from the older of two kernels to the newer");
  diff->add_option("A", names->first, "A kernel")->required();
  diff->add_option("B", names->second, "Another one")->required();
  diff->callback([names, &exit_code] { exit_code = diff_kernels(names->first, names->second); });
}

}  // namespace ovlsim::cli
