// SPDX-License-Identifier: Apache-2.0
//
// The little that this project needs to know of UTF-8: names and file contents are bytes, and everything that prints
// them has to tell text from what is not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ovlsim::text {

/// The length of the well-formed UTF-8 sequence at `at` (no overlong form, no surrogate, nothing above U+10FFFF); 0
/// when the bytes there are not one. `at` must lie in `bytes`.
std::size_t utf8_length(std::string_view bytes, std::size_t at) noexcept;

/// Well-formed UTF-8 with no control character but those in `allowed`.
bool is_printable(std::string_view bytes, std::string_view allowed = "") noexcept;

/// Well-formed UTF-8, control characters or not.
bool is_utf8(std::string_view bytes) noexcept;

inline bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// `0x` and two lower-case hexadecimal digits a byte.
std::string to_hex(std::string_view bytes);

/// Inverts to_hex(); false (and `bytes` untouched) when `hex` is not what to_hex() writes.
bool from_hex(std::string_view hex, std::string& bytes);

/// The value of a hexadecimal digit of either case, -1 when it is none.
int hex_digit(char c) noexcept;

}  // namespace ovlsim::text
