// SPDX-License-Identifier: Apache-2.0
#include "cli/matrix_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/found_story.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

/// What all scopes together say of one property of one row.
struct cell_summary {
  bool explored = false;
  bool happened = false;
  bool complete = true;
  const counterexample* shortest = nullptr;
  std::string scope_of_it;
  std::vector<std::string> left_out;  ///< scopes that cannot be explored under that row
};

cell_summary sum_up(const matrix& m, std::string_view options, std::size_t row, std::size_t property_index) {
  cell_summary s;
  for (const matrix_cell& c : m.cells) {
    const matrix_case& in = m.cases[c.in_case];
    if (c.row != row || in.options != options) continue;
    if (!c.cannot.empty()) s.left_out.push_back(in.what.name);
    if (c.found == nullptr) continue;
    const property_verdict& v = c.found->verdicts[property_index];
    s.explored = true;
    s.happened = s.happened || v.happened;
    if (!v.broken && v.end != explore_end::closed) s.complete = false;
    if (!v.broken || (s.shortest != nullptr && s.shortest->moves.size() <= v.broken->moves.size())) continue;
    s.shortest = &*v.broken;
    s.scope_of_it = in.what.name;
  }
  return s;
}

std::string cell_text(const cell_summary& s) {
  if (s.shortest != nullptr) return fmt::format("{} {}", s.shortest->moves.size(), s.scope_of_it);
  const std::string lacks = s.left_out.empty() ? "" : fmt::format("no {}", fmt::join(s.left_out, ", "));
  if (!s.explored && !lacks.empty()) return lacks;
  if (!s.explored || !s.complete) return "?";
  const std::string word = s.happened ? "holds" : "-";
  return lacks.empty() ? word : fmt::format("{} ({})", word, lacks);
}

/// `no erofs: ...`, once for each scope and reason.
void print_left_out(const matrix& m, const std::string& options) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> rows_of;
  for (const matrix_cell& c : m.cells) {
    if (!c.cannot.empty() && m.cases[c.in_case].options == options) rows_of[{m.cases[c.in_case].what.name, c.cannot}].push_back(m.rows[c.row].name);
  }
  for (const auto& [what, rows] : rows_of) {
    const std::string under = rows.size() == m.rows.size() ? m.kernel : fmt::format("{}", fmt::join(rows, ", "));
    out(fmt::format("no {}: it cannot be explored under {}: {}\n", what.first, under, what.second));
  }
  if (!rows_of.empty()) out("\n");
}

std::string_view verdict_in_matrix(const property_verdict& v) {
  if (v.broken) return "violated";
  if (v.end != explore_end::closed) return "incomplete";
  return v.happened ? "holds" : "vacuous";
}

}  // namespace

std::vector<std::string> options_in(std::string_view set) {
  std::vector<std::string> each;
  for (std::size_t at = 0; set != default_options && at <= set.size();) {
    const std::size_t end = std::min(set.find(',', at), set.size());
    each.emplace_back(set.substr(at, end - at));
    at = end + 1;
  }
  return each;
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
  print_left_out(m, options);
}

void print_json(const matrix& m) {
  for (const matrix_cell& c : m.cells) {
    if (c.found == nullptr && c.cannot.empty()) continue;
    for (std::size_t p = 0; p < m.asked.size(); ++p) {
      nlohmann::ordered_json j{{"schema", "ovlsim-matrix-1"},
                               {"policy", m.rows[c.row].name},
                               {"options", m.cases[c.in_case].options},
                               {"scope", m.cases[c.in_case].what.name},
                               {"property", m.asked[p].name}};
      if (c.found == nullptr) {
        j["verdict"] = "cannot";
        j["why"] = c.cannot;
      } else {
        const property_verdict& v = c.found->verdicts[p];
        j["verdict"] = verdict_in_matrix(v);
        j["states"] = v.reached.states;
        if (v.broken) {
          j["moves"] = v.broken->moves.size();
          j["why"] = v.broken->why;
        }
      }
      out(j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    }
  }
}

int code_of(const matrix& m) {
  int code = exit_held;
  bool complete = m.cells.size() == m.rows.size() * m.cases.size();
  for (const matrix_cell& c : m.cells) {
    complete = complete && (c.found != nullptr || !c.cannot.empty());
    if (c.found == nullptr) continue;
    for (const property_verdict& v : c.found->verdicts) {
      if (v.broken) code = exit_failed;
      if (!v.broken && v.end != explore_end::closed) complete = false;
    }
  }
  return complete ? code : worse(code, exit_incomplete);
}

void each_counterexample(const matrix& m, const std::function<void(const shown_counterexample&)>& use) {
  for (const std::string& options : m.option_sets) {
    for (std::size_t r = 0; r < m.rows.size(); ++r) {
      for (std::size_t p = 0; p < m.asked.size(); ++p) {
        const cell_summary s = sum_up(m, options, r, p);
        if (s.shortest == nullptr) continue;
        const std::string file = fmt::format("{}.{}.{}.ovl", m.rows[r].name, options, m.asked[p].name);
        const found_under where{m.kernel, r == 0 ? "" : m.rows[r].name, s.scope_of_it, options_in(options)};
        use({r, file, s.shortest->story, with_its_command(s.shortest->story, where, file)});
      }
    }
  }
}

}  // namespace ovlsim::cli
