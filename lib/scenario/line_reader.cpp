// SPDX-License-Identifier: Apache-2.0
#include "scenario/line_reader.hpp"

#include <algorithm>

#include "scenario/reader.hpp"

namespace ovlsim::scenario_text {

bool line_reader::next() {
  while (begin_ < text_.size() && !errors_.is_full()) {
    const std::size_t end = std::min(text_.find('\n', begin_), text_.size());
    std::string_view text = text_.substr(begin_, end - begin_);
    begin_ = end + 1;
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    where_ = {where_.number + 1, text};
    lex(text, words_);
    if (!words_.failed) return true;
    errors_.add(where_, words_.error.column, words_.error.message, words_.error.expected);
  }
  return false;
}

bool line_reader::read_command(command& into, const verb_spec** found) {
  const token& first = words_.arguments.front();
  const verb_spec* spec = find_verb(first.raw);
  if (found != nullptr) *found = spec;
  if (spec != nullptr) return argument_reader(where_, words_.arguments, *spec, names_, errors_).read(into);
  errors_.add(where_, first.column, "unknown verb " + shown(first.raw), verb_hint(first.raw));
  if (words_.arguments.size() > 1) names_.excuse(unquoted(words_.arguments[1]));
  return false;
}

std::vector<scenario_error> line_reader::take_errors() {
  names_.check(errors_);
  return errors_.take();
}

}  // namespace ovlsim::scenario_text
