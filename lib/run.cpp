// SPDX-License-Identifier: Apache-2.0
//
// A scenario on the model, and answers held against expectations.
#include "ovlsim/run.hpp"

#include <utility>

#include "ovlsim/render.hpp"
#include "scenario/expectations.hpp"

namespace ovlsim {
namespace {

using scenario_text::is_variable;

/// The variables of a scenario, each with the value of its first use.
class bindings {
 public:
  const std::string* find(const std::string& variable) const {
    for (const auto& [name, value] : values_) {
      if (name == variable) return &value;
    }
    return nullptr;
  }
  void bind(const std::string& variable, std::string value) { values_.emplace_back(variable, std::move(value)); }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

std::string joined_log(const outcome& o) {
  std::string lines;
  for (const std::string& line : o.log) lines += (lines.empty() ? "" : "; ") + line;
  return lines.empty() ? "no log line" : lines;
}

/// Holds one answer against one expectation after the other.
class checker {
 public:
  explicit checker(std::vector<failed_expectation>& failed) : failed_(failed) {}

  void line(const scenario_line& l, const outcome* answer) {
    for (const expectation& e : l.expected) {
      const std::string got = answer == nullptr ? "no answer: the run ended before this line" : wrong(e, *answer);
      if (!got.empty()) failed_.push_back({l.number, e.column, described(e), got});
    }
  }

 private:
  /// What came instead; empty when `e` holds.
  std::string wrong(const expectation& e, const outcome& o) {
    switch (e.what) {
      case expectation::kind::status: return e.value == name(o.status) ? "" : std::string(name(o.status));
      case expectation::kind::log_none: return o.log.empty() ? "" : joined_log(o);
      case expectation::kind::log_has:
        for (const std::string& line : o.log) {
          if (line.find(e.value) != std::string::npos) return "";
        }
        return joined_log(o);
      case expectation::kind::field_equal: break;
      case expectation::kind::field_differs: break;
    }
    return wrong_field(e, o);
  }

  std::string wrong_field(const expectation& e, const outcome& o) {
    const std::optional<std::string> value = field(o, e.field);
    if (!value) {
      return o.status == errc::ok ? "an answer without `" + e.field + "`: " + to_text(o) : std::string(name(o.status));
    }
    const std::string* wanted = &e.value;
    if (is_variable(e)) {
      wanted = bound_.find(e.value);
      const bool first_use = wanted == nullptr && e.what == expectation::kind::field_equal;
      if (first_use) bound_.bind(e.value, *value);
      if (wanted == nullptr) return first_use ? "" : e.value + " has no value: the line that should bind it failed";
    }
    const bool equal = *wanted == *value;
    return equal == (e.what == expectation::kind::field_equal) ? "" : e.field + "=" + *value;
  }

  std::string described(const expectation& e) const {
    const std::string text = scenario_text::print(e);
    const bool has_value = e.what == expectation::kind::field_equal || e.what == expectation::kind::field_differs;
    const std::string* value = has_value && is_variable(e) ? bound_.find(e.value) : nullptr;
    return value == nullptr ? text : text + " (" + e.value + " is " + *value + ")";
  }

  std::vector<failed_expectation>& failed_;
  bindings bound_;
};

}  // namespace

std::vector<answered> run_on_model(const scenario& s, const kernel& k, observer* seen) {
  world w;
  std::vector<answered> answers;
  answers.reserve(s.lines.size());
  for (const scenario_line& line : s.lines) {
    if (!line.has_command) continue;
    answers.push_back({line.number, std::string(verb(line.what)), apply(w, line.what, k, seen)});
  }
  return answers;
}

std::vector<failed_expectation> check_expectations(const scenario& s, const std::vector<answered>& answers) {
  std::vector<failed_expectation> failed;
  checker check(failed);
  std::size_t next = 0;
  for (const scenario_line& line : s.lines) {
    if (!line.has_command) continue;
    check.line(line, next < answers.size() ? &answers[next].result : nullptr);
    ++next;
  }
  return failed;
}

}  // namespace ovlsim
