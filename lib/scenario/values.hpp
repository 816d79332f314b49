// SPDX-License-Identifier: Apache-2.0
//
// Numbers, modes and UUIDs as the language spells them, in both directions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ovlsim/command.hpp"

namespace ovlsim::scenario_text {

/// Decimal digits alone.
bool parse_number(std::string_view word, std::uint64_t& value) noexcept;

/// Octal digits alone, up to 07777.
bool parse_mode(std::string_view word, std::uint16_t& value) noexcept;

/// 8-4-4-4-12 hexadecimal digits.
bool parse_uuid(std::string_view word, uuid& value) noexcept;

std::string print_mode(std::uint16_t mode);  ///< four octal digits: `0644`
std::string print_uuid(const uuid& id);

}  // namespace ovlsim::scenario_text
