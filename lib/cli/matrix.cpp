// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim matrix`: all policies, all properties, all shipped scopes, in one table for each set of mount options.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "cli/kernel_option.hpp"
#include "cli/matrix_on_kernel.hpp"
#include "cli/matrix_table.hpp"
#include "cli/output_file.hpp"
#include "cli/policy_option.hpp"
#include "cli/scope_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct matrix_options {
  std::vector<std::string> policies;
  std::vector<std::string> scopes;
  std::vector<std::string> properties;
  std::vector<std::string> option_sets;
  std::string kernel = "6.18";
  std::string counterexamples;
  search_options search;
  bool markdown = false;
  bool json = false;
  bool on_kernel = false;
};

/// Before the search, which takes its time.
bool can_write_to(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  const bool is_dir = !error && std::filesystem::is_directory(directory, error);
  std::string why = error ? error.message() : is_dir ? "" : "it is no directory";
  if (why.empty() && ::access(directory.c_str(), W_OK | X_OK) != 0) why = std::strerror(errno);
  if (!why.empty()) diagnose("ovlsim: --counterexamples " + directory + ": " + why + "; name a directory that can be written");
  return why.empty();
}

int write_counterexamples(const matrix& m, const std::string& directory) {
  bool written = true;
  each_counterexample(m, [&](const shown_counterexample& c) { written = written && write_file(directory + "/" + c.file, print(c.story)); });
  return written ? exit_held : exit_usage;
}

/// Options that a mount has from the beginning are no other case.
bool is_changed_by(const scope& s, const scope& with) {
  const auto same = [](const move& a, const move& b) { return a.commands == b.commands; };
  return with.setup != s.setup || !std::equal(with.moves.begin(), with.moves.end(), s.moves.begin(), s.moves.end(), same);
}

std::string why_under_all(const scope& s, std::span<const matrix_row> rows) {
  std::string first;
  for (const matrix_row& row : rows) {
    const std::string why = cannot_explore(s, row.k);
    if (why.empty()) return {};
    if (first.empty()) first = why;
  }
  return first;
}

/// Every scope under every set of options, but for those that its mounts have already, or cannot have beside their own.
bool make_cases(matrix& m, const matrix_options& o) {
  std::vector<std::string> names = each_once(o.scopes);
  if (names.empty()) {
    for (const shipped_scope& s : shipped_scopes()) names.emplace_back(s.name);
  }
  std::vector<scope> scopes;
  for (const std::string& name : names) {
    std::optional<scope> s = find_scope(name);
    if (!s) return false;
    const std::string why = o.scopes.empty() ? "" : why_under_all(*s, m.rows);
    if (!why.empty()) {
      diagnose("ovlsim: the scope " + s->name + " cannot be explored: " + why);
      return false;
    }
    scopes.push_back(std::move(*s));
  }
  for (const std::string& options : m.option_sets) {
    for (const scope& s : scopes) {
      scope with = s;
      if (!give_options(with, options_in(options), "--options " + options + ":")) return false;
      if (options != default_options) {
        const bool cannot_have = !why_under_all(with, m.rows).empty() && why_under_all(s, m.rows).empty();
        if (cannot_have || !is_changed_by(s, with)) continue;
      }
      m.cases.push_back({options, std::move(with)});
    }
  }
  return true;
}

/// Sets of options that make no case are left out of the default ones, with a word; who names them is told that it is an error.
bool check_option_sets(matrix& m, bool named) {
  std::vector<std::string> left;
  for (const std::string& options : m.option_sets) {
    const bool makes_case = std::any_of(m.cases.begin(), m.cases.end(), [&](const matrix_case& c) {
      return c.options == options && (options == default_options || why_under_all(c.what, m.rows).empty());
    });
    if (makes_case) {
      left.push_back(options);
      continue;
    }
    const std::string what = "no scope is another one with " + options + " under " + m.kernel + ": their mounts have it already, or cannot have it";
    diagnose("ovlsim: " + what + (named ? "; leave it out of --options" : "; it has no table"));
    if (named) return false;
  }
  m.option_sets = std::move(left);
  std::erase_if(m.cases, [&](const matrix_case& c) {
    return std::find(m.option_sets.begin(), m.option_sets.end(), c.options) == m.option_sets.end();
  });
  return true;
}

std::optional<std::vector<matrix_row>> make_rows(const matrix_options& o) {
  const kernel* base = find_kernel(o.kernel);
  if (base == nullptr) return std::nullopt;
  std::vector<matrix_row> rows{{o.kernel, *base}};
  std::vector<std::string> names = each_once(o.policies);
  if (names.empty()) {
    for (const policy& p : policies()) names.emplace_back(p.name);
    for (const policy& p : own_policies()) names.emplace_back(p.name);
  }
  for (const std::string& name : names) {
    const std::optional<kernel> k = with_policy_option(*base, name);
    if (!k) return std::nullopt;
    rows.push_back({name, *k});
  }
  return rows;
}

int run_matrix(const matrix_options& o) {
  matrix m;
  m.kernel = o.kernel;
  m.option_sets = each_once(o.option_sets);
  if (m.option_sets.empty()) {
    m.option_sets = {std::string(default_options), "xino=on", "metacopy=on", "index=on", "redirect_dir=on", "index=on,nfs_export=on"};
  }
  std::optional<std::vector<matrix_row>> rows = make_rows(o);
  std::optional<std::vector<property>> asked = find_properties(o.properties);
  const std::optional<explore_limits> limits = o.search.limits();
  if (!rows || !asked || !limits) return exit_usage;
  m.rows = std::move(*rows);
  m.asked = std::move(*asked);
  if (!make_cases(m, o) || !check_option_sets(m, !o.option_sets.empty())) return exit_usage;
  if (!o.counterexamples.empty() && !can_write_to(o.counterexamples)) return exit_usage;
  search_progress progress("matrix");
  m.cells = explore_all(m.rows, m.cases, m.asked, *limits, [&](std::size_t done) { progress.show_part(done, m.cases.size()); });
  progress.clear();
  int code = code_of(m);
  if (o.json) {
    print_json(m);
  } else {
    for (const std::string& options : m.option_sets) print_table(m, options, o.markdown);
  }
  if (!o.counterexamples.empty()) code = worse(code, write_counterexamples(m, o.counterexamples));
  if (o.on_kernel) code = worse(code, confirm_on_kernel(m, *limits->stop));
  return code;
}

}  // namespace

void add_matrix(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<matrix_options>();
  CLI::App* command = app.add_subcommand("matrix", "All policies against all properties, over all shipped scopes");
  command->add_option("--policy", o->policies, "Only this one beside the kernel itself; may be given several times")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--scope", o->scopes, "Only this scope; may be given several times")->type_name("FILE|NAME")->allow_extra_args(false);
  command->add_option("--property", o->properties, "Only this property; may be given several times")->type_name("NAME")->allow_extra_args(false);
  command->add_option("--options", o->option_sets, "Only these mount options, with commas between, or `default`; may be given several times")
      ->type_name("OPTIONS")
      ->allow_extra_args(false);
  add_kernel_option(*command, o->kernel);
  CLI::Option* const markdown = command->add_flag("--markdown", o->markdown, "Tables for a README");
  command->add_flag("--json", o->json, "One JSON object a policy, scope, set of options and property")->excludes(markdown);
  command->add_option("--counterexamples", o->counterexamples, "Writes each shortest counterexample there, as a scenario")->type_name("DIR");
  command->add_flag("--on-kernel", o->on_kernel, "Has the live kernel (root, overlayfs) confirm each counterexample that its own rules answer alike");
  o->search.add_to(*command);
  o->search.add_threads_to(*command, "searches at a time");
  command->footer(
      "A cell: `holds` (in every scope, all states seen), `-` (no scope speaks of it), or how many moves the shortest\n"
      "counterexample takes, and in which scope. `no erofs` is said of a scope that the kernel cannot set up; why, below the table.\n"
      "Exit code: 0 everything holds, 1 something is violated, 2 usage or scope error, 3 incomplete, 77 no live kernel to ask.\n"
      "\n"
      "Examples:\n"
      "  ovlsim matrix\n"
      "  ovlsim matrix --policy nofollow --options xino=on --property persistent-ino");
  command->callback([o, &exit_code] { exit_code = run_matrix(*o); });
}

}  // namespace ovlsim::cli
