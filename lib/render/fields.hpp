// SPDX-License-Identifier: Apache-2.0
//
// How the bytes of an answer are shown, the same in text, in JSON and in expectations.
#pragma once

#include <string>
#include <string_view>

namespace ovlsim::render {

std::string shown_data(std::string_view bytes);    ///< text with newlines and tabs, else `0x...`
std::string shown_value(std::string_view bytes);   ///< text without any control character, else `0x...`
std::string shown_name(std::string_view bytes);    ///< any UTF-8, else `0x...`: names, targets, log lines

}  // namespace ovlsim::render
