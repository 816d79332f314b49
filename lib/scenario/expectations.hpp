// SPDX-License-Identifier: Apache-2.0
//
// What stands after `->`.
#pragma once

#include <string>
#include <vector>

#include "scenario/errors.hpp"
#include "scenario/lexer.hpp"
#include "scenario/verbs.hpp"

namespace ovlsim::scenario_text {

/// Reads the expectations of lines, one after the other: a variable is bound by a line above its other uses.
class expectation_reader {
 public:
  explicit expectation_reader(error_list& errors) : errors_(errors) {}

  /// `verb` may be null when it is not known: then any field may be one of its.
  void read(const source_line& where, const lexed_line& line, const verb_spec* verb, std::vector<expectation>& into);

 private:
  bool one(const source_line& where, const token& word, const verb_spec* verb, expectation& e);
  bool log(const source_line& where, const token& word, const token& value, expectation& e);
  bool status(const source_line& where, const token& word, expectation& e);
  bool value(const source_line& where, const token& word, expectation& e);

  error_list& errors_;
  std::vector<std::string> bound_;
};

/// `$name`: a variable, when it is not a quoted text.
bool is_variable(const expectation& e) noexcept;

/// One expectation as it is written.
std::string print(const expectation& e);

}  // namespace ovlsim::scenario_text
