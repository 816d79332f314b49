// SPDX-License-Identifier: Apache-2.0
#include "export/quote.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace ovlsim::exporting {
namespace {

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("_./:=,+@%-").find(c) != std::string_view::npos;
}

std::string octal(char c, std::size_t digits) {
  const auto byte = static_cast<unsigned char>(c);
  std::string text = {static_cast<char>('0' + byte / 64), static_cast<char>('0' + byte / 8 % 8), static_cast<char>('0' + byte % 8)};
  return "\\" + std::string(digits - 3, '0') + text;
}

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::string word(std::string_view bytes) {
  if (!bytes.empty() && std::all_of(bytes.begin(), bytes.end(), is_bare)) return std::string(bytes);
  std::string quoted = "'";
  for (const char c : bytes) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string in_quotes(std::string_view bytes) {
  std::string quoted;
  for (const char c : bytes) {
    if (c == '\\' || c == '"' || c == '$' || c == '`') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

std::string percent_b(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = text::utf8_length(bytes, i);
    if (length > 1) {
      text += bytes.substr(i, length);
      i += length;
      continue;
    }
    const char c = bytes[i++];
    text += c == '\n' ? "\\n" : c == '\\' ? "\\\\" : is_printable(c) ? std::string(1, c) : octal(c, 4);
  }
  return word(text);
}

std::string as_ls_b(std::string_view bytes) {
  constexpr std::string_view known = "\a\b\f\n\r\t\v \\";
  constexpr std::string_view letters = "abfnrtv \\";
  std::string text;
  for (const char c : bytes) {
    const std::size_t at = known.find(c);
    text += at != std::string_view::npos ? std::string("\\") + letters[at] : is_printable(c) ? std::string(1, c) : octal(c, 3);
  }
  return text;
}

std::string as_getfattr(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += std::string_view("=\n\\\r").find(c) != std::string_view::npos ? octal(c, 3) : std::string(1, c);
  return text;
}

std::string bytes_of(std::string_view value) {
  std::string bytes;
  return value.size() > 2 && text::from_hex(value, bytes) ? bytes : std::string(value);
}

std::vector<std::string> names_of(std::string_view value) {
  std::vector<std::string> names;
  if (value.empty()) return names;
  names.emplace_back();
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == ',') {
      names.emplace_back();
      continue;
    }
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    names.back() += value[i];
  }
  return names;
}

}  // namespace ovlsim::exporting
