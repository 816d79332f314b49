// SPDX-License-Identifier: Apache-2.0
//
// The lines of a text one after the other, for who reads something that is made of commands.
#pragma once

#include <string>
#include <string_view>

#include "scenario/errors.hpp"
#include "scenario/lexer.hpp"
#include "scenario/names.hpp"
#include "scenario/verbs.hpp"

namespace ovlsim::scenario_text {

class line_reader {
 public:
  line_reader(std::string_view text, std::string file) : text_(text), file_(file), errors_(std::move(file)) {}

  /// Goes to the next line that is a sequence of words; false at the end, or after too many errors.
  bool next();

  const lexed_line& words() const { return words_; }
  const source_line& where() const { return where_; }
  const std::string& file() const { return file_; }
  error_list& errors() { return errors_; }

  /// Reads the words as a command; false after an error. `spec` becomes the verb, when there is one of that name.
  bool read_command(command& into, const verb_spec** spec = nullptr);

  /// All errors, those about names that nothing makes included.
  std::vector<scenario_error> take_errors();

 private:
  std::string_view text_;
  std::string file_;
  std::size_t begin_ = 0;
  error_list errors_;
  source_line where_;
  lexed_line words_;
  defined_names names_;
};

}  // namespace ovlsim::scenario_text
