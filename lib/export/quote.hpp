// SPDX-License-Identifier: Apache-2.0
//
// Texts of a scenario as a shell, and the tools that it calls, write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ovlsim::exporting {

std::string word(std::string_view bytes);           ///< one word of a command: bare, or between single quotes
std::string in_quotes(std::string_view bytes);      ///< for use between double quotes
std::string percent_b(std::string_view bytes);      ///< one word, which `printf %b` makes these bytes of
std::string as_ls_b(std::string_view bytes);        ///< a file's name as `ls -b` writes it in the locale C
std::string as_getfattr(std::string_view bytes);    ///< an xattr's name as getfattr writes it

/// The bytes that a `data`, `value` or `target` of an expectation stands for: `0x` and hexadecimal digits, or text.
std::string bytes_of(std::string_view value);

/// The names in a list of an expectation: commas between them, `\,` and `\\` for those in a name.
std::vector<std::string> names_of(std::string_view value);

}  // namespace ovlsim::exporting
