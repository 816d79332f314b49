// SPDX-License-Identifier: Apache-2.0
//
// The values of expectations: each kind of field has one spelling, so that comparing texts is comparing values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ovlsim::scenario_text {

/// Every field that some answer has, in the order of the contract.
const std::vector<std::string_view>& all_fields();

/// Brings `value`, written by a user for `field`, into the one spelling (a mode of four digits, sorted names, hex for what is
/// not text). `why` says what was expected when it is no value of that field.
bool canonical_value(std::string_view field, std::string& value, std::string& why);

/// `a,b,c`, with `\,` and `\\` for a comma and a backslash in a name. No name gives the empty text.
std::string join_names(std::vector<std::string> names);

}  // namespace ovlsim::scenario_text
