// SPDX-License-Identifier: Apache-2.0
//
// A text into a scenario: line by line, each line read as far as it makes sense, so that all errors come at once. The
// names are settled at the end, when it is known what the file mounts.
#include <algorithm>

#include "ovlsim/scenario.hpp"
#include "scenario/errors.hpp"
#include "scenario/expectations.hpp"
#include "scenario/lexer.hpp"
#include "scenario/names.hpp"
#include "scenario/reader.hpp"
#include "scenario/verbs.hpp"

namespace ovlsim {
namespace {

using namespace scenario_text;

class parser {
 public:
  parser(std::string_view text, std::string file) : text_(text), errors_(file) { result_.value.file = std::move(file); }

  parsed_scenario parse() {
    constexpr std::size_t short_line = 16;  // few lines are shorter, and few texts have more than so many
    constexpr std::size_t usual_lines = 256;
    result_.value.lines.reserve(std::min(text_.size() / short_line + 1, usual_lines));
    for (std::size_t begin = 0; begin < text_.size() && !errors_.is_full();) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      line(text_.substr(begin, end - begin));
      begin = end + 1;
    }
    names_.check(errors_);
    result_.errors = errors_.take();
    return std::move(result_);
  }

 private:
  void line(std::string_view text) {
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    where_ = {where_.number + 1, text};
    lex(text, words_);
    if (words_.failed) {
      return errors_.add(where_, words_.error.column, words_.error.message, words_.error.expected);
    }
    scenario_line& parsed = result_.value.lines.emplace_back();
    parsed.number = where_.number;
    parsed.has_comment = words_.has_comment;
    if (words_.has_comment) parsed.comment = words_.comment;
    if (!words_.arguments.empty()) {
      command_line(parsed);
    } else if (words_.has_arrow) {
      errors_.add(where_, words_.arrow_column, "an expectation without a command", "a command before `->`");
    }
  }

  void command_line(scenario_line& parsed) {
    const token& first = words_.arguments.front();
    const verb_spec* spec = find_verb(first.raw);
    if (spec == nullptr) {
      errors_.add(where_, first.column, "unknown verb " + shown(first.raw), verb_hint(first.raw));
      if (words_.arguments.size() > 1) names_.excuse(unquoted(words_.arguments[1]));
    } else {
      parsed.has_command = argument_reader(where_, words_.arguments, *spec, names_, errors_).read(parsed.what);
    }
    expectations_.read(where_, words_, spec, parsed.expected);
  }

  std::string_view text_;
  error_list errors_;
  parsed_scenario result_;
  source_line where_;
  lexed_line words_;
  defined_names names_;
  expectation_reader expectations_{errors_};
};

}  // namespace

parsed_scenario parse_scenario(std::string_view text, std::string file) {
  return parser(text, std::move(file)).parse();
}

}  // namespace ovlsim
