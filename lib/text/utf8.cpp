// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 as RFC 3629 has it, and bytes in hexadecimal.
#include "text/utf8.hpp"

namespace ovlsim::text {
namespace {

struct sequence {
  std::size_t length;
  unsigned char second_low;  // the range of the second byte is what excludes overlong forms, surrogates and > U+10FFFF
  unsigned char second_high;
};

sequence begun_by(unsigned char lead) noexcept {
  if (lead >= 0xc2 && lead <= 0xdf) return {2, 0x80, 0xbf};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return {3, 0x80, 0xbf};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead >= 0xf1 && lead <= 0xf3) return {4, 0x80, 0xbf};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

std::size_t utf8_length(std::string_view bytes, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
  if (byte(0) < 0x80) return 1;
  const sequence s = begun_by(byte(0));
  if (s.length == 0 || at + s.length > bytes.size()) return 0;
  if (byte(1) < s.second_low || byte(1) > s.second_high) return 0;
  for (std::size_t i = 2; i < s.length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  }
  return s.length;
}

bool is_printable(std::string_view bytes, std::string_view allowed) noexcept {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = utf8_length(bytes, i);
    if (length == 0) return false;
    if (is_control(bytes[i]) && allowed.find(bytes[i]) == std::string_view::npos) return false;
    i += length;
  }
  return true;
}

bool is_utf8(std::string_view bytes) noexcept {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = utf8_length(bytes, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex = "0x";
  hex.reserve(2 + 2 * bytes.size());
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    hex += digits[value >> 4];
    hex += digits[value & 15];
  }
  return hex;
}

bool from_hex(std::string_view hex, std::string& bytes) {
  if (hex.size() < 4 || hex.size() % 2 != 0 || hex.substr(0, 2) != "0x") return false;
  std::string decoded;
  decoded.reserve(hex.size() / 2 - 1);
  for (std::size_t i = 2; i < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]);
    const int low = hex_digit(hex[i + 1]);
    const bool upper_case = (hex[i] >= 'A' && hex[i] <= 'F') || (hex[i + 1] >= 'A' && hex[i + 1] <= 'F');
    if (high < 0 || low < 0 || upper_case) return false;
    decoded += static_cast<char>(high * 16 + low);
  }
  bytes = std::move(decoded);
  return true;
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace ovlsim::text
