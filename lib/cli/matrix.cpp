// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim matrix`: all policies, all properties, all shipped scopes, in one table for each set of mount options.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/kernel_option.hpp"
#include "cli/policy_option.hpp"
#include "cli/scope_option.hpp"
#include "cli/support.hpp"
#include "cli/tested_kernel.hpp"
#include "ovlsim/matrix.hpp"

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

constexpr std::string_view default_options = "default";

/// What the table is made of.
struct matrix {
  std::vector<std::string> option_sets;
  std::vector<matrix_row> rows;
  std::vector<matrix_case> cases;
  std::vector<property> asked;
  std::vector<matrix_cell> cells;
  explore_limits limits;
};

/// What all scopes together say of one property of one row.
struct cell_summary {
  bool explored = false;
  bool happened = false;
  bool complete = true;
  std::uint64_t states = 0;
  const counterexample* shortest = nullptr;
  std::string scope_of_it;
};

cell_summary sum_up(const matrix& m, std::string_view options, std::size_t row, std::size_t property_index) {
  cell_summary s;
  for (const matrix_cell& c : m.cells) {
    if (c.row != row || m.cases[c.in_case].options != options || c.found == nullptr) continue;
    const property_verdict& v = c.found->verdicts[property_index];
    s.explored = true;
    s.happened = s.happened || v.happened;
    s.states += v.reached.states;
    if (!v.broken && v.end != explore_end::closed) s.complete = false;
    if (!v.broken || (s.shortest != nullptr && s.shortest->moves.size() <= v.broken->moves.size())) continue;
    s.shortest = &*v.broken;
    s.scope_of_it = m.cases[c.in_case].what.name;
  }
  return s;
}

std::string cell_text(const cell_summary& s) {
  if (s.shortest != nullptr) return fmt::format("{} {}", s.shortest->moves.size(), s.scope_of_it);
  if (!s.explored || !s.complete) return "?";
  return s.happened ? "holds" : "-";
}

std::string file_name(std::string_view row, std::string_view options, std::string_view property_name) {
  return fmt::format("{}.{}.{}.ovl", row, options, property_name);
}

void print_table(const matrix& m, const std::string& options, bool markdown) {
  std::vector<std::vector<std::string>> table;
  std::vector<std::string> head{options == default_options ? "default options" : options};
  for (const property& p : m.asked) head.emplace_back(p.name);
  table.push_back(head);
  for (std::size_t r = 0; r < m.rows.size(); ++r) {
    std::vector<std::string> line{m.rows[r].name};
    for (std::size_t p = 0; p < m.asked.size(); ++p) line.push_back(cell_text(sum_up(m, options, r, p)));
    table.push_back(line);
  }
  std::vector<std::size_t> widths(head.size(), 3);
  for (const auto& line : table) {
    for (std::size_t n = 0; n < line.size(); ++n) widths[n] = std::max(widths[n], line[n].size());
  }
  for (std::size_t l = 0; l < table.size(); ++l) {
    std::string text;
    for (std::size_t n = 0; n < table[l].size(); ++n) {
      text += markdown ? fmt::format("| {:{}} ", table[l][n], widths[n]) : fmt::format("{:{}}  ", table[l][n], widths[n]);
    }
    if (markdown) text += "|";
    out(text.substr(0, text.find_last_not_of(' ') + 1) + "\n");
    if (l != 0 || !markdown) continue;
    for (const std::size_t w : widths) out("|" + std::string(w + 2, '-'));
    out("|\n");
  }
  out("\n");
}

void print_json(const matrix& m) {
  for (const matrix_cell& c : m.cells) {
    if (c.found == nullptr) continue;
    for (const property_verdict& v : c.found->verdicts) {
      nlohmann::ordered_json j{{"schema", "ovlsim-matrix-1"},
                               {"policy", m.rows[c.row].name},
                               {"options", m.cases[c.in_case].options},
                               {"scope", m.cases[c.in_case].what.name},
                               {"property", v.property},
                               {"verdict", v.broken ? "violated" : v.end != explore_end::closed ? "incomplete" : v.happened ? "holds" : "vacuous"},
                               {"states", v.reached.states}};
      if (v.broken) {
        j["moves"] = v.broken->moves.size();
        j["why"] = v.broken->why;
      }
      out(j.dump() + "\n");
    }
  }
}

/// The shortest counterexample of each row, set of options and property.
template <class Use>
void each_counterexample(const matrix& m, const Use& use) {
  for (const std::string& options : m.option_sets) {
    for (std::size_t r = 0; r < m.rows.size(); ++r) {
      for (std::size_t p = 0; p < m.asked.size(); ++p) {
        const cell_summary s = sum_up(m, options, r, p);
        if (s.shortest != nullptr) use(r, file_name(m.rows[r].name, options, m.asked[p].name), s.shortest->story);
      }
    }
  }
}

int write_counterexamples(const matrix& m, const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  bool failed = static_cast<bool>(error);
  each_counterexample(m, [&](std::size_t, const std::string& name, const scenario& story) {
    std::ofstream file(directory + "/" + name, std::ios::binary);
    file << print(story);
    file.close();
    failed = failed || !file;
  });
  if (failed) diagnose("ovlsim: cannot write to " + directory + "; name a directory that can be written");
  return failed ? exit_usage : exit_held;
}

/// Tells the live kernel the stories of row 0, whose rules it has.
int confirm_on_kernel(const matrix& m) {
  tested_kernel where;
  if (const std::string reason = where.missing(); !reason.empty()) {
    diagnose(reason);
    return exit_cannot;
  }
  const std::unique_ptr<live::session> session = where.new_session();
  std::set<std::string> told;
  std::size_t confirmed = 0;
  int code = exit_held;
  each_counterexample(m, [&](std::size_t row, const std::string& name, const scenario& story) {
    if (row != 0 || !told.insert(print(story)).second) return;
    const live::result result = session->run(story);
    const bool held = result.error.empty() && check_expectations(story, result.answers).empty();
    confirmed += held ? 1 : 0;
    if (held) return;
    code = exit_failed;
    out(fmt::format("not confirmed by the live kernel: {}{}\n", name, result.error.empty() ? "" : ": " + result.error));
  });
  out(fmt::format("{} of {} counterexamples of {} confirmed by Linux {}\n", confirmed, told.size(), m.rows[0].name, where.release()));
  return code;
}

/// Options that a mount has from the beginning are no other case.
bool has_option(const scope& s, const std::string& option) {
  scope with = s;
  if (!with_mount_option(with, option).empty()) return false;
  const auto same = [](const move& a, const move& b) { return a.commands == b.commands; };
  return with.setup == s.setup && std::equal(with.moves.begin(), with.moves.end(), s.moves.begin(), s.moves.end(), same);
}

std::optional<std::vector<matrix_case>> make_cases(const matrix_options& o, const std::vector<std::string>& sets) {
  std::vector<std::string> scopes = o.scopes;
  if (scopes.empty()) {
    for (const shipped_scope& s : shipped_scopes()) scopes.emplace_back(s.name);
  }
  std::vector<matrix_case> cases;
  for (const std::string& options : sets) {
    for (const std::string& name : scopes) {
      std::vector<std::string> each;
      for (std::size_t at = 0; options != default_options && at <= options.size();) {
        const std::size_t end = std::min(options.find(',', at), options.size());
        each.push_back(options.substr(at, end - at));
        at = end + 1;
      }
      std::optional<scope> s = find_scope(name, {});
      if (!s) return std::nullopt;
      const bool is_new = each.empty() || !std::all_of(each.begin(), each.end(), [&](const std::string& e) { return has_option(*s, e); });
      s = find_scope(name, each);
      if (!s) return std::nullopt;
      if (is_new) cases.push_back({options, std::move(*s)});
    }
  }
  return cases;
}

std::optional<std::vector<matrix_row>> make_rows(const matrix_options& o) {
  const kernel* base = find_kernel(o.kernel);
  if (base == nullptr) return std::nullopt;
  std::vector<matrix_row> rows{{o.kernel, *base}};
  std::vector<std::string> names = o.policies;
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
  m.option_sets = o.option_sets;
  if (m.option_sets.empty()) {
    m.option_sets = {std::string(default_options), "xino=on", "metacopy=on", "index=on", "redirect_dir=on", "index=on,nfs_export=on"};
  }
  std::optional<std::vector<matrix_row>> rows = make_rows(o);
  std::optional<std::vector<matrix_case>> cases = make_cases(o, m.option_sets);
  std::optional<std::vector<property>> asked = find_properties(o.properties);
  std::optional<explore_limits> limits = o.search.limits();
  if (!rows || !cases || !asked || !limits) return exit_usage;
  m.rows = std::move(*rows);
  m.cases = std::move(*cases);
  m.asked = std::move(*asked);
  m.limits = std::move(*limits);
  // Options that a scope's mounts cannot have beside their own make no case.
  std::erase_if(m.cases, [&](const matrix_case& c) { return c.options != default_options && !cannot_explore(c.what, m.rows[0].k).empty(); });
  for (const matrix_case& c : m.cases) {
    if (const std::string why = cannot_explore(c.what, m.rows[0].k); !why.empty()) {
      diagnose("ovlsim: the scope " + c.what.name + " cannot be explored: " + why);
      return exit_usage;
    }
  }
  for (const std::string& options : m.option_sets) {
    if (std::any_of(m.cases.begin(), m.cases.end(), [&](const matrix_case& c) { return c.options == options; })) continue;
    diagnose("ovlsim: no scope is another one with " + options + ": their mounts have it already, or cannot have it; leave it out of --options");
    return exit_usage;
  }
  search_progress progress("matrix");
  m.cells = explore_all(m.rows, m.cases, m.asked, m.limits, [&](std::size_t done) { progress.show_part(done, m.cases.size()); });
  progress.clear();
  int code = exit_held;
  bool complete = m.cells.size() == m.rows.size() * m.cases.size();
  for (const matrix_cell& c : m.cells) {
    complete = complete && c.found != nullptr;
    if (c.found == nullptr) continue;
    for (const property_verdict& v : c.found->verdicts) {
      if (v.broken) code = exit_failed;
      if (!v.broken && v.end != explore_end::closed) complete = false;
    }
  }
  if (!complete) code = worse(code, exit_incomplete);
  if (o.json) {
    print_json(m);
  } else {
    for (const std::string& options : m.option_sets) print_table(m, options, o.markdown);
  }
  if (!o.counterexamples.empty()) code = worse(code, write_counterexamples(m, o.counterexamples));
  if (o.on_kernel) code = worse(code, confirm_on_kernel(m));
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
  command->add_flag("--markdown", o->markdown, "Tables for a README");
  command->add_flag("--json", o->json, "One JSON object a policy, scope, set of options and property");
  command->add_option("--counterexamples", o->counterexamples, "Writes each shortest counterexample there, as a scenario")->type_name("DIR");
  command->add_flag("--on-kernel", o->on_kernel, "Has the live kernel (root, overlayfs) confirm the counterexamples of the first row");
  o->search.add_to(*command);
  o->search.add_threads_to(*command, "searches at a time");
  command->footer(
      "A cell: `holds` (in every scope, all states seen), `-` (no scope speaks of it), or how many moves the shortest\n"
      "counterexample takes, and in which scope.\n"
      "Exit code: 0 everything holds, 1 something is violated, 2 usage or scope error, 3 incomplete, 77 no live kernel to ask.\n"
      "\n"
      "Examples:\n"
      "  ovlsim matrix\n"
      "  ovlsim matrix --policy nofollow --options xino=on --property persistent-ino");
  command->callback([o, &exit_code] { exit_code = run_matrix(*o); });
}

}  // namespace ovlsim::cli
