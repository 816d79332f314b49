// SPDX-License-Identifier: Apache-2.0
//
// How the bytes of an answer are shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ovlsim/outcome.hpp"

namespace ovlsim::render {

/// In JSON and in expectations, as the scenario language has it.
std::string shown_data(std::string_view bytes);    ///< text with newlines and tabs, else `0x...`
std::string shown_value(std::string_view bytes);   ///< text without any control character, else `0x...`
std::string shown_name(std::string_view bytes);    ///< any UTF-8, else `0x...`: names, targets, log lines

/// For people, wherever they read it (answers as text, explanations, pictures, pages): text in quotes, other bytes as `0x...` without
/// them, so that nobody takes the four letters "0xff" for the byte 0xff.
std::string told_data(std::string_view bytes);
std::string told_value(std::string_view bytes);

/// As a path has it: a bare word, or in quotes, with `\xNN` for what is not text.
std::string told_name(std::string_view bytes);

/// The field of an answer for people; nothing where it has none of that name.
std::optional<std::string> told_field(const outcome& o, std::string_view name);

}  // namespace ovlsim::render
