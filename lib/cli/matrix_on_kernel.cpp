// SPDX-License-Identifier: Apache-2.0
#include "cli/matrix_on_kernel.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "cli/support.hpp"
#include "cli/tested_kernel.hpp"
#include "ovlsim/policy.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::cli {
namespace {

/// Which decision of a row the live kernel takes by another rule, in words; empty when it has the same rules.
std::string other_rule(const kernel& row, const kernel* real, const std::string& series) {
  if (real == nullptr) return "the rules of Linux " + series + " are not known here";
  for (std::size_t place = 0; place < decisions().size(); ++place) {
    if (!same_rule(row, *real, place)) return fmt::format("Linux {} decides {} by another rule", series, decisions()[place].name);
  }
  return {};
}

/// The commands alone, which several rows may have in common.
std::string commands_of(const scenario& s) {
  std::string text;
  for (const scenario_line& l : s.lines) {
    if (l.has_command) text += print(l.what) + "\n";
  }
  return text;
}

struct told_story {
  enum class end : std::uint8_t { confirmed, differs, cannot } what = end::cannot;
  std::string why;
};

told_story tell(live::session& session, const tested_kernel& where, const scenario& story) {
  if (std::string why = where.missing(&story); !why.empty()) return {told_story::end::cannot, std::move(why)};
  const live::result result = session.run(story);
  if (!result.error.empty()) return {told_story::end::cannot, result.error};
  const std::vector<failed_expectation> failed = check_expectations(story, result.answers);
  if (failed.empty()) return {told_story::end::confirmed, {}};
  const failed_expectation& f = failed.front();
  return {told_story::end::differs, fmt::format("line {}: expected {}, got {}", f.line, f.expected, f.got)};
}

}  // namespace

int confirm_on_kernel(const matrix& m, const std::atomic<bool>& stop) {
  const tested_kernel where;
  if (const std::string reason = where.missing(); !reason.empty()) {
    diagnose(reason);
    return exit_cannot;
  }
  const std::string series = series_of(where.release());
  const kernel* const real = kernel_named(series);
  std::vector<std::string> why_not;
  for (const matrix_row& row : m.rows) why_not.push_back(other_rule(row.k, real, series));
  // Of a policy that the live kernel has not it can be asked what its own rules answer alike: the story never comes to the others.
  const auto has_rules_for = [&](const shown_counterexample& c) {
    return why_not[c.row].empty() || (real != nullptr && check_expectations(c.found, run_on_model(c.found, *real)).empty());
  };
  const std::unique_ptr<live::session> session = where.new_session();
  std::map<std::string, told_story> told;
  std::size_t asked = 0;
  std::size_t confirmed = 0;
  std::size_t left_out = 0;
  std::size_t interrupted = 0;
  int code = exit_held;
  each_counterexample(m, [&](const shown_counterexample& c) {
    if (!has_rules_for(c)) {
      ++left_out;
      out(fmt::format("not asked      {}: {}\n", c.file, why_not[c.row]));
      return;
    }
    const std::string commands = commands_of(c.found);
    if (!stop && !told.contains(commands)) {
      told_story t = tell(*session, where, c.story);
      // What an interrupt has ended has said nothing.
      if (!stop || t.what != told_story::end::cannot) told.emplace(commands, std::move(t));
    }
    const auto at = told.find(commands);
    if (at == told.end()) {
      ++interrupted;
      return;
    }
    const told_story& t = at->second;
    ++asked;
    if (t.what == told_story::end::confirmed) {
      ++confirmed;
      out(fmt::format("confirmed      {}\n", c.file));
    } else if (t.what == told_story::end::differs) {
      code = worse(code, exit_failed);
      out(fmt::format("not confirmed  {}: {}\n", c.file, t.why));
    } else {
      code = worse(code, exit_cannot);
      out(fmt::format("not asked      {}: {}\n", c.file, t.why));
    }
  });
  out(fmt::format("{} of {} counterexamples, {} different stories, confirmed by Linux {}; {} are of other rules\n", confirmed, asked, told.size(),
                  where.release(), left_out));
  if (interrupted == 0) return code;
  out(fmt::format("interrupted: {} more were not asked\n", interrupted));
  return worse(code, exit_incomplete);
}

}  // namespace ovlsim::cli
