// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim policies`: the candidate policies that the model knows.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/policy_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

constexpr std::size_t indent = 4;
constexpr std::size_t line_length = 100;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void list_as_text() {
  for (const std::span<const policy> known : {policies(), own_policies()}) {
    for (const policy& p : known) {
      out(fmt::format("{} ({})\n{}{}", p.name, fmt::join(words_of(p.decisions), ", "), wrapped(p.words, indent, line_length),
                      wrapped(p.proposed, indent, line_length)));
    }
  }
  out("\nTo do, not to replace a rule by; under any kernel:\n\n");
  for (const procedure& p : procedures()) {
    out(fmt::format("{}\n{}{}", p.name, wrapped(p.words, indent, line_length), wrapped(p.proposed, indent, line_length)));
    std::string_view commands = p.commands;
    while (!commands.empty()) {
      const std::size_t end = std::min(commands.find('\n'), commands.size());
      out(fmt::format("{:{}}{}\n", "", 2 * indent, commands.substr(0, end)));
      commands.remove_prefix(std::min(end + 1, commands.size()));
    }
    out(fmt::format("{:{}}examples/{}\n", "", indent, p.example));
  }
}

void list_as_json() {
  for (const std::span<const policy> known : {policies(), own_policies()}) {
    for (const policy& p : known) {
      const nlohmann::ordered_json one{
          {"policy", p.name}, {"decisions", words_of(p.decisions)}, {"words", p.words}, {"proposed", p.proposed}};
      out(one.dump() + "\n");
    }
  }
  for (const procedure& p : procedures()) {
    const nlohmann::ordered_json one{
        {"procedure", p.name}, {"commands", p.commands}, {"words", p.words}, {"proposed", p.proposed}, {"example", p.example}};
    out(one.dump() + "\n");
  }
}

}  // namespace

void add_policies(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("policies", "List the candidate policies that the model knows");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "One JSON object a policy");
  command->footer(
      "Each policy replaces the rules of the decisions in brackets, over any kernel. What it changes is told to users of kernels\n"
      "since 5.8. `A+B` puts two in place that have no different rules for one decision.\n"
      "\n"
      "Examples:\n"
      "  ovlsim run --policy null-uuid examples/00-collision.ovl\n"
      "  ovlsim run --kernel 6.1 --policy follow+metacopy-nofollow examples/00-collision.ovl");
  command->callback([json, &exit_code] {
    *json ? list_as_json() : list_as_text();
    exit_code = exit_held;
  });
}

}  // namespace ovlsim::cli
