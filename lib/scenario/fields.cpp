// SPDX-License-Identifier: Apache-2.0
//
// The spelling of a field's value in an expectation.
#include "scenario/fields.hpp"

#include <algorithm>

#include "ovlsim/outcome.hpp"
#include "scenario/errors.hpp"
#include "scenario/values.hpp"
#include "text/utf8.hpp"

namespace ovlsim::scenario_text {
namespace {

bool canonical_type(std::string& value, std::string& why) {
  std::vector<std::string_view> names;
  for (const file_type type : {file_type::file, file_type::dir, file_type::symlink, file_type::chr, file_type::block,
                               file_type::fifo, file_type::socket}) {
    names.push_back(name(type));
    if (value == names.back()) return true;
  }
  why = did_you_mean(value, names, "a type: file, dir, symlink, char, block, fifo or socket");
  return false;
}

bool canonical_names(std::string& value, std::string& why) {
  std::vector<std::string> names;
  if (!value.empty()) names.emplace_back();
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == ',') {
      names.emplace_back();
    } else if (value[i] != '\\') {
      names.back() += value[i];
    } else if (i + 1 < value.size() && (value[i + 1] == ',' || value[i + 1] == '\\')) {
      names.back() += value[++i];
    } else {
      why = "names with commas between them; \\\\ for a backslash and \\, for a comma in a name";
      return false;
    }
  }
  if (std::find(names.begin(), names.end(), std::string()) != names.end()) {
    why = "names with one comma between them, or \"\" for none";
    return false;
  }
  value = join_names(std::move(names));
  return true;
}

}  // namespace

const std::vector<std::string_view>& all_fields() {
  static const std::vector<std::string_view> names = {"type", "mode", "nlink",   "size",  "ino",  "dev",
                                                      "data", "target", "entries", "value", "names"};
  return names;
}

bool canonical_value(std::string_view field, std::string& value, std::string& why) {
  if (field == "type") return canonical_type(value, why);
  if (field == "entries" || field == "names") return canonical_names(value, why);
  if (field == "mode") {
    std::uint16_t mode = 0;
    why = "an octal mode such as 0644";
    if (!parse_mode(value, mode)) return false;
    value = print_mode(mode);
  } else if (field == "nlink" || field == "size" || field == "ino" || field == "dev") {
    std::uint64_t number = 0;
    why = "a number or a variable such as $a";
    if (!parse_number(value, number)) return false;
    value = std::to_string(number);
  } else {
    const std::string_view allowed = field == "data" ? "\n\t" : "";
    const bool as_text = field == "target" ? text::is_utf8(value) : text::is_printable(value, allowed);
    if (!as_text) value = text::to_hex(value);
  }
  return true;
}

std::string join_names(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string joined;
  for (const std::string& name : names) {
    if (&name != &names.front()) joined += ',';
    for (const char c : name) {
      if (c == ',' || c == '\\') joined += '\\';
      joined += c;
    }
  }
  return joined;
}

}  // namespace ovlsim::scenario_text
