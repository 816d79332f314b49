// SPDX-License-Identifier: Apache-2.0
//
// Collecting what is wrong with a scenario, and the nearest word to one that nobody knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/scenario.hpp"

namespace ovlsim::scenario_text {

/// A line of the text being parsed.
struct source_line {
  int number = 0;
  std::string_view text;
};

/// The errors of one file. It bounds what hostile input can make it hold: see `is_full()` and the comment in
/// errors.cpp.
class error_list {
 public:
  explicit error_list(std::string file) : file_(std::move(file)) {}

  void add(const source_line& where, int column, std::string message, std::string expected);

  /// No use in reading on: nobody reads the hundred-and-first error.
  bool is_full() const noexcept { return errors_.size() >= limit; }

  bool is_empty() const noexcept { return errors_.empty(); }

  /// All errors in the order of the text.
  std::vector<scenario_error> take();

 private:
  static constexpr std::size_t limit = 100;
  std::string file_;
  std::vector<scenario_error> errors_;
};

/// The candidate that is a slip or two away from `word`; empty when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// "did you mean `append`?" for the nearest candidate, else `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates, std::string otherwise);

/// `word` between backquotes, cut to a readable length and without bytes that a terminal would act on.
std::string shown(std::string_view word);

}  // namespace ovlsim::scenario_text
