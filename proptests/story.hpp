// SPDX-License-Identifier: Apache-2.0
//
// A rule's test is a story: scenario text with its expectations, run on the model. Whatever is expected and does not
// come fails the test with the line as it is written, what was expected there and what came. The same text runs on a
// live kernel as it stands.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "ovlsim/live.hpp"
#include "ovlsim/render.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::testing {

/// The line of `text` with that number, counted from 1.
inline std::string_view line_of(std::string_view text, int number) {
  for (; number > 1 && !text.empty(); --number) {
    const std::size_t end = text.find('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// With OVLSIM_RULES_ON=kernel in the environment (and root) each story runs on the live kernel as well: so are rules checked when they
/// are written, and by the test live.rules.
inline bool on_kernel() {
  const char* where = std::getenv("OVLSIM_RULES_ON");
  return where != nullptr && std::string_view(where) == "kernel";
}

/// Runs the story under `k`; a scenario error or an expectation that does not hold is a failure at the caller's line.
/// The answers,
/// for what expectations cannot say.
inline std::vector<answered> run_story(std::string_view text, const kernel& k = linux_6_18,
                                       const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  const parsed_scenario parsed = parse_scenario(text, "story");
  for (const scenario_error& e : parsed.errors) ADD_FAILURE_AT(file, line) << to_string(e);
  if (!parsed) return {};
  if (on_kernel() && &k == &linux_6_18) {
    static live::session session;
    const live::result live = session.run(parsed.value);
    if (!live.error.empty()) ADD_FAILURE_AT(file, line) << live.error;
    for (const failed_expectation& f : check_expectations(parsed.value, live.answers)) {
      ADD_FAILURE_AT(file, line) << "on the kernel, story line " << f.line << ": " << line_of(text, f.line) << "\n  expected "
                                 << f.expected << "\n  got      " << f.got;
    }
  }
  std::vector<answered> answers = run_on_model(parsed.value, k);
  for (const failed_expectation& f : check_expectations(parsed.value, answers)) {
    ADD_FAILURE_AT(file, line) << "story line " << f.line << ": " << line_of(text, f.line) << "\n  expected "
                               << f.expected << "\n  got      " << f.got;
  }
  return answers;
}

/// The d_ino of `name` in the last `ls` of the answers; 0 and a failure where there is none.
inline std::uint64_t d_ino(const std::vector<answered>& answers, std::string_view name) {
  for (auto a = answers.rbegin(); a != answers.rend(); ++a) {
    const auto* listed = std::get_if<answer::entries>(&a->result.fields);
    if (listed == nullptr) continue;
    for (const answer::entry& e : listed->by_name) {
      if (e.name == name) return e.ino;
    }
    break;
  }
  ADD_FAILURE() << "the last ls does not list " << name;
  return 0;
}

/// The st_ino of the last `stat` of the answers.
inline std::uint64_t st_ino(const std::vector<answered>& answers) {
  for (auto a = answers.rbegin(); a != answers.rend(); ++a) {
    if (const auto* s = std::get_if<answer::stat>(&a->result.fields)) return s->ino;
  }
  ADD_FAILURE() << "no stat succeeded";
  return 0;
}

/// Every combination of `count` yes-or-no answers, as the bits of a number: `for (bits b : combinations(3))`.
class bits {
 public:
  explicit constexpr bits(unsigned value) : value_(value) {}
  constexpr bool operator[](unsigned which) const { return ((value_ >> which) & 1U) != 0; }
  constexpr unsigned number() const { return value_; }

 private:
  unsigned value_;
};

inline std::vector<bits> combinations(unsigned count) {
  std::vector<bits> all;
  for (unsigned i = 0; i < (1U << count); ++i) all.emplace_back(i);
  return all;
}

}  // namespace ovlsim::testing
