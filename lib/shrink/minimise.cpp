// SPDX-License-Identifier: Apache-2.0
//
// One failing expectation, and the shrinker asked whether it is still the same that fails.
#include "ovlsim/minimise.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "scenario/expectations.hpp"

namespace ovlsim {
namespace {

/// An expectation that fails, told from another failure of a smaller scenario.
struct finding {
  std::string verb;
  expectation what;
  errc status = errc::ok;  ///< of the answer
  std::string got;         ///< the part of what came that stays the same in a smaller scenario
  failed_expectation failed;
};

/// What came, without a number that every scenario deals anew: `ino=12` in place of a variable is any other `ino=`. The lines of a log
/// have no part in it: what an expectation misses there may be missing beside other lines.
std::string lasting(const expectation& what, const std::string& got) {
  if (what.what == expectation::kind::log_has || what.what == expectation::kind::log_none) return {};
  return scenario_text::is_variable(what) ? got.substr(0, got.find('=')) : got;
}

std::vector<finding> findings(const scenario& s, const std::vector<answered>& answers) {
  std::vector<finding> found;
  for (const failed_expectation& f : check_expectations(s, answers)) {
    const auto line = std::find_if(s.lines.begin(), s.lines.end(), [&](const scenario_line& l) { return l.number == f.line; });
    const auto answer = std::find_if(answers.begin(), answers.end(), [&](const answered& a) { return a.line == f.line; });
    if (line == s.lines.end() || answer == answers.end()) continue;
    const auto what = std::find_if(line->expected.begin(), line->expected.end(), [&](const expectation& e) { return e.column == f.column; });
    if (what == line->expected.end()) continue;
    found.push_back({answer->verb, *what, answer->result.status, lasting(*what, f.got), f});
  }
  return found;
}

bool same(const finding& a, const finding& b) {
  return a.verb == b.verb && a.what == b.what && a.status == b.status && a.got == b.got;
}

/// `s` with no expectation but the wanted one and those above it that have to do with its variable.
scenario with_only(scenario s, const finding& wanted) {
  for (scenario_line& line : s.lines) {
    std::erase_if(line.expected, [&](const expectation& e) {
      if (line.number == wanted.failed.line && e.column == wanted.failed.column) return false;
      const bool same_variable = scenario_text::is_variable(wanted.what) && e.what == expectation::kind::field_equal &&
                                 !e.literal && e.value == wanted.what.value;
      return !same_variable || line.number >= wanted.failed.line;
    });
  }
  return s;
}

}  // namespace

std::optional<minimised> minimise(const scenario& s, const std::function<std::vector<answered>(const scenario&)>& run, int line,
                                  const shrink_limits& limits) {
  std::optional<finding> wanted;
  for (finding& f : findings(s, run(s)))
    if (!wanted && (line == 0 || f.failed.line == line)) wanted = std::move(f);
  if (!wanted) return std::nullopt;
  const auto still = [&](const scenario& smaller) {
    const std::vector<finding> found = findings(smaller, run(smaller));
    return std::any_of(found.begin(), found.end(), [&](const finding& f) { return same(f, *wanted); });
  };
  minimised m;
  m.value = shrink(with_only(s, *wanted), still, limits);
  for (finding& f : findings(m.value, run(m.value)))
    if (same(f, *wanted)) m.failed = std::move(f.failed);
  return m;
}

}  // namespace ovlsim
