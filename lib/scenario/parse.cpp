// SPDX-License-Identifier: Apache-2.0
//
// A text into a scenario: line by line, each line read as far as it makes sense, so that all errors come at once. The
// names are settled at the end, when it is known what the file mounts.
#include <algorithm>

#include "ovlsim/scenario.hpp"
#include "scenario/expectations.hpp"
#include "scenario/line_reader.hpp"

namespace ovlsim {
namespace {

using namespace scenario_text;

class parser {
 public:
  parser(std::string_view text, std::string file) : lines_(text, file) {
    constexpr std::size_t short_line = 16;  // few lines are shorter, and few texts have more than so many
    constexpr std::size_t usual_lines = 256;
    result_.value.file = std::move(file);
    result_.value.lines.reserve(std::min(text.size() / short_line + 1, usual_lines));
  }

  parsed_scenario parse() {
    while (lines_.next()) line();
    result_.errors = lines_.take_errors();
    return std::move(result_);
  }

 private:
  void line() {
    const lexed_line& words = lines_.words();
    scenario_line& parsed = result_.value.lines.emplace_back();
    parsed.number = lines_.where().number;
    parsed.has_comment = words.has_comment;
    if (words.has_comment) parsed.comment = words.comment;
    if (!words.arguments.empty()) {
      const verb_spec* spec = nullptr;
      parsed.has_command = lines_.read_command(parsed.what, &spec);
      expectations_.read(lines_.where(), words, spec, parsed.expected);
    } else if (words.has_arrow) {
      lines_.errors().add(lines_.where(), words.arrow_column, "an expectation without a command", "a command before `->`");
    }
  }

  line_reader lines_;
  parsed_scenario result_;
  expectation_reader expectations_{lines_.errors()};
};

}  // namespace

parsed_scenario parse_scenario(std::string_view text, std::string file) {
  return parser(text, std::move(file)).parse();
}

}  // namespace ovlsim
