// SPDX-License-Identifier: Apache-2.0
//
// Expectations from words and back.
#include "scenario/expectations.hpp"

#include <algorithm>

#include "scenario/fields.hpp"
#include "scenario/names.hpp"

namespace ovlsim::scenario_text {
namespace {

constexpr std::string_view forms = "`ok`, an errno's name, field=value, field!=value, log~\"...\" or log=none";

std::vector<std::string_view> errno_names() {
  std::vector<std::string_view> names = {"ok"};
  for (int number = 1; number < 4096; ++number) {
    const std::string_view one = name(static_cast<errc>(number));
    if (one != "errno") names.push_back(one);
  }
  return names;
}

std::string known_fields(const verb_spec& verb) {
  if (verb.fields.empty())
    return "no field: the answer of `" + std::string(verb.name) + "` has a status and log lines only";
  return "one of the fields of `" + std::string(verb.name) + "`: " + std::string(verb.fields);
}

bool is_variable_name(std::string_view word) noexcept {
  return is_name(word) && word.find_first_of(".-") == std::string_view::npos;
}

}  // namespace

void expectation_reader::read(const source_line& where, const lexed_line& line, const verb_spec* verb,
                              std::vector<expectation>& into) {
  if (line.has_arrow && line.expectations.empty()) {
    errors_.add(where, line.arrow_column, "nothing after `->`", std::string(forms));
  }
  for (const token& word : line.expectations) {
    expectation e;
    e.column = word.column;
    if (one(where, word, verb, e)) into.push_back(std::move(e));
    if (errors_.is_full()) return;
  }
}

bool expectation_reader::one(const source_line& where, const token& word, const verb_spec* verb, expectation& e) {
  const std::size_t sign = word.raw.find_first_of("=~\"");
  if (sign == std::string_view::npos || word.raw[sign] == '"') return status(where, word, e);

  const bool differs = sign > 0 && word.raw[sign - 1] == '!';
  e.field = word.raw.substr(0, differs ? sign - 1 : sign);
  e.what = differs ? expectation::kind::field_differs : expectation::kind::field_equal;
  const token right{word.raw.substr(sign + 1), word.column + static_cast<int>(sign) + 1, word.quoted};
  if (e.field == "log") return log(where, word, right, e);

  const bool known = std::find(all_fields().begin(), all_fields().end(), e.field) != all_fields().end();
  if (!known) {
    const bool is_status = e.field == "status";
    errors_.add(
        where, word.column, "unknown field " + shown(e.field),
        is_status
            ? "the status alone: `ok` or an errno's name"
            : did_you_mean(e.field, verb == nullptr || verb->fields.empty() ? all_fields() : words_of(verb->fields),
                           verb == nullptr ? std::string(forms) : known_fields(*verb)));
    return false;
  }
  if (verb != nullptr && !is_among(verb->fields, e.field)) {
    errors_.add(where, word.column, "`" + std::string(verb->name) + "` does not answer " + shown(e.field),
                known_fields(*verb));
    return false;
  }
  if (word.raw[sign] == '~') {
    errors_.add(where, word.column + static_cast<int>(sign), "`~` is for the log alone", e.field + "=value");
    return false;
  }
  return value(where, right, e);
}

bool expectation_reader::status(const source_line& where, const token& word, expectation& e) {
  e.what = expectation::kind::status;
  e.value = word.raw;
  if (!word.quoted && errc_named(e.value)) return true;
  errors_.add(where, word.column, "unknown expectation " + shown(word.raw),
              did_you_mean(word.raw, errno_names(), std::string(forms)));
  return false;
}

bool expectation_reader::log(const source_line& where, const token& word, const token& right, expectation& e) {
  const bool part = word.raw.substr(0, 4) == "log~";
  const bool none = word.raw == "log=none";
  e.what = part ? expectation::kind::log_has : expectation::kind::log_none;
  e.field.clear();
  if (part) e.value = unquoted(right);
  if (none || (part && !e.value.empty())) return true;
  errors_.add(where, right.column, part ? "an empty part of a log line" : "no such condition on the log",
              "log~\"part of a line\" or log=none");
  return false;
}

bool expectation_reader::value(const source_line& where, const token& word, expectation& e) {
  e.value = unquoted(word);
  if (!word.quoted && word.raw.empty()) {
    errors_.add(where, word.column, "no value", "a value; an empty one is \"\"");
    return false;
  }
  if (word.quoted || e.value.front() != '$') {
    std::string why;
    if (canonical_value(e.field, e.value, why)) {
      e.literal = !e.value.empty() && e.value.front() == '$';
      return true;
    }
    errors_.add(where, word.column, shown(e.value) + " is no value of `" + e.field + "`", std::move(why));
    return false;
  }
  const std::string variable = e.value.substr(1);
  if (!is_variable_name(variable)) {
    errors_.add(where, word.column, shown(e.value) + " is no variable",
                "`$` and a name of letters, digits and `_`; a text that begins with `$` needs quotes");
    return false;
  }
  const bool bound = std::find(bound_.begin(), bound_.end(), variable) != bound_.end();
  if (!bound && e.what == expectation::kind::field_differs) {
    errors_.add(where, word.column, shown(e.value) + " has no value yet that this could differ from",
                e.field + "=" + e.value + " on an earlier line");
    return false;
  }
  if (!bound) bound_.push_back(variable);
  return true;
}

bool is_variable(const expectation& e) noexcept { return !e.literal && !e.value.empty() && e.value.front() == '$'; }

std::string print(const expectation& e) {
  switch (e.what) {
    case expectation::kind::status: return e.value;
    case expectation::kind::field_equal: break;
    case expectation::kind::field_differs: break;
    case expectation::kind::log_has: return "log~" + quoted(e.value);
    case expectation::kind::log_none: return "log=none";
  }
  const std::string sign = e.what == expectation::kind::field_equal ? "=" : "!=";
  return e.field + sign + (e.literal ? quoted(e.value) : word(e.value));
}

}  // namespace ovlsim::scenario_text
