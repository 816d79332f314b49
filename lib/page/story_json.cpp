// SPDX-License-Identifier: Apache-2.0
#include "page/story_json.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "draw/layout.hpp"
#include "draw/story_scenes.hpp"
#include "explain/columns.hpp"
#include "ovlsim/compare.hpp"
#include "ovlsim/explain.hpp"
#include "ovlsim/render.hpp"
#include "page/deltas.hpp"
#include "render/fields.hpp"
#include "scenario/fields.hpp"

namespace ovlsim::paging {

namespace {

using json = nlohmann::ordered_json;

std::string_view kind_of(explained_fact::kind what) {
  switch (what) {
    case explained_fact::kind::call: return "call";
    case explained_fact::kind::decided: return "decided";
    case explained_fact::kind::lookup: return "lookup";
    case explained_fact::kind::change: break;
  }
  return "change";
}

/// Of a command or an answer that is too long to be read its beginning is.
std::string shown(std::string_view words) {
  constexpr std::size_t longest = 300;
  return explaining::cut(words, longest);
}

/// The facts of a story, each of them once: most steps of a long one are like others.
class fact_table {
 public:
  std::size_t number_of(const explained_fact& f) {
    json fact{{"kind", kind_of(f.what)}, {"words", f.words}};
    if (f.notable) fact["notable"] = true;
    if (!f.rule.empty()) fact["rule"] = f.rule;
    const auto [known, is_new] = numbers_.emplace(fact.dump(-1, ' ', false, json::error_handler_t::replace), all_.size());
    if (is_new) all_.push_back(std::move(fact));
    return known->second;
  }

  json all() && { return std::move(all_); }

 private:
  json all_ = json::array();
  std::map<std::string, std::size_t> numbers_;
};

json step_of(const explained_step& s, fact_table& table) {
  json step{{"command", shown(s.command)}, {"status", name(s.result.status)}};
  json fields = json::array();
  for (const std::string_view which : scenario_text::all_fields()) {
    const auto value = field(s.result, which);
    if (!value) continue;
    json one{which, *value};
    if (const auto told = render::told_field(s.result, which); *told != *value) one.push_back(shown(*told));
    fields.push_back(std::move(one));
  }
  if (s.result.options) fields.push_back({"options", *s.result.options});
  step["fields"] = std::move(fields);
  if (!s.result.log.empty()) step["log"] = s.result.log;
  json facts = json::array();
  for (const explained_fact& f : s.facts) facts.push_back(table.number_of(f));
  step["facts"] = std::move(facts);
  for (const failed_expectation& f : s.failed) step["failed"].push_back({f.expected, f.got});
  return step;
}

struct told_run {
  json as_json;
  std::vector<answered> answers;
};

told_run run_of(const scenario& s, const page_rules& rules, fact_table& facts) {
  told_run told;
  const explanation e = explain(s, rules.rules);
  json steps = json::array();
  for (const explained_step& step : e.steps) {
    steps.push_back(step_of(step, facts));
    told.answers.push_back({step.line, step.command.substr(0, step.command.find(' ')), step.result});
  }
  json findings = json::array();
  for (const explained_finding& f : e.findings) {
    findings.push_back({{"step", f.step}, {"claim", f.claim}, {"premises", f.premises}, {"therefore", f.therefore}});
  }
  scene_deltas deltas;
  for (const scene& picture : draw(s, rules.rules)) deltas.add(drawing::lay_out(picture));
  told.as_json = {{"name", rules.name}, {"steps", std::move(steps)}, {"findings", std::move(findings)}, {"scenes", deltas.scenes()},
                  {"arrows", deltas.arrows()}};
  return told;
}

/// The story as it was written, but for the blanks: the command of each line, or its comment.
json lines_of(const scenario& s) {
  json lines = json::array();
  std::size_t step = 0;
  for (const scenario_line& l : s.lines) {
    if (!l.has_command && l.comment.find("SPDX-License-Identifier") != std::string::npos) continue;
    std::string text = l.has_command ? print(scenario{s.file, {l}}) : l.comment;
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    text.erase(text.find_last_not_of(" \n") + 1);
    json line{{"number", l.number}, {"text", l.has_command ? shown(text) : text}};
    if (l.has_command) line["step"] = step++;
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The steps whose answers differ. compare_runs() forgives lines of the log that only its left side has, so both sides are the left one.
std::vector<std::size_t> different_steps(const std::vector<answered>& a, const std::vector<answered>& b) {
  std::set<int> lines;
  for (const difference& d : compare_runs(a, b)) lines.insert(d.line);
  for (const difference& d : compare_runs(b, a)) lines.insert(d.line);
  std::vector<std::size_t> steps;
  for (std::size_t n = 0; n < a.size(); ++n) {
    if (lines.count(a[n].line) != 0) steps.push_back(n);
  }
  return steps;
}

/// Under other rules most of a story goes as it does: what is the same in the first run is null.
void leave_out_the_same(const json& first, json& other) {
  for (const char* each : {"steps", "scenes"}) {
    for (std::size_t n = 0; n < other[each].size(); ++n) {
      if (other[each][n] == first[each][n]) other[each][n] = nullptr;
    }
  }
}

}  // namespace

std::string name_of(const scenario& s) {
  if (s.file == "<stdin>") return "Standard input";
  std::string name = s.file.substr(s.file.rfind('/') + 1);
  if (name.ends_with(".ovl")) name.resize(name.size() - 4);
  return name.empty() ? "A story" : name;
}

std::string stories_as_json(std::span<const scenario> stories, std::span<const page_rules> rules) {
  json all = json::array();
  for (const scenario& s : stories) {
    if (std::none_of(s.lines.begin(), s.lines.end(), [](const scenario_line& l) { return l.has_command; })) continue;
    json runs = json::array();
    fact_table facts;
    std::vector<std::vector<answered>> answers;
    for (const page_rules& r : rules) {
      told_run told = run_of(s, r, facts);
      runs.push_back(std::move(told.as_json));
      answers.push_back(std::move(told.answers));
    }
    for (std::size_t n = 1; n < runs.size(); ++n) leave_out_the_same(runs[0], runs[n]);
    const auto differs = answers.size() == 2 ? different_steps(answers[0], answers[1]) : std::vector<std::size_t>{};
    all.push_back({{"name", name_of(s)}, {"lines", lines_of(s)}, {"facts", std::move(facts).all()}, {"runs", std::move(runs)}, {"differs", differs}});
  }
  if (all.empty()) return {};
  const std::string text = json{{"stories", std::move(all)}}.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string safe;
  // A `<` could end the script element, and JSON has them in strings alone.
  for (const char c : text) safe += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return safe;
}

}  // namespace ovlsim::paging
