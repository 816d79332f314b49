// SPDX-License-Identifier: Apache-2.0
//
// Numbers, modes and UUIDs from words and back.
#include "scenario/values.hpp"

#include <charconv>

#include "text/utf8.hpp"

namespace ovlsim::scenario_text {
namespace {

bool parse_in_base(std::string_view word, int base, std::uint64_t& value) noexcept {
  std::uint64_t parsed = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), parsed, base);
  if (word.empty() || error != std::errc() || end != word.data() + word.size()) return false;
  value = parsed;
  return true;
}

constexpr std::string_view uuid_form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

}  // namespace

bool parse_number(std::string_view word, std::uint64_t& value) noexcept { return parse_in_base(word, 10, value); }

bool parse_mode(std::string_view word, std::uint16_t& value) noexcept {
  std::uint64_t parsed = 0;
  if (!parse_in_base(word, 8, parsed) || parsed > 07777) return false;
  value = static_cast<std::uint16_t>(parsed);
  return true;
}

bool parse_uuid(std::string_view word, uuid& value) noexcept {
  if (word.size() != uuid_form.size()) return false;
  uuid parsed{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (uuid_form[i] == '-') {
      if (word[i] != '-') return false;
      continue;
    }
    const int digit = text::hex_digit(word[i]);
    if (digit < 0) return false;
    std::uint8_t& byte = parsed[digits / 2];
    byte = static_cast<std::uint8_t>(byte * 16 + digit);
    ++digits;
  }
  value = parsed;
  return true;
}

std::string print_mode(std::uint16_t mode) {
  std::string digits(4, '0');
  for (std::size_t i = 0; i < 4; ++i) {
    digits[3 - i] = static_cast<char>('0' + ((mode >> (3 * i)) & 7));
  }
  return digits;
}

std::string print_uuid(const uuid& id) {
  const std::string hex = text::to_hex({reinterpret_cast<const char*>(id.data()), id.size()}).substr(2);
  std::string result;
  std::size_t digits = 0;
  for (const char c : uuid_form) result += c == '-' ? '-' : hex[digits++];
  return result;
}

}  // namespace ovlsim::scenario_text
