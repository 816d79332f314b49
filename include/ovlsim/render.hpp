// SPDX-License-Identifier: Apache-2.0
//
// Answers as text and as JSON, and JSON read back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/run.hpp"

namespace ovlsim {

/// How text that begins with `0x` is written. `readable` is the contract's form, where it looks like bytes in
/// hexadecimal; `exact` writes it in hexadecimal too, so that answered_from_json() gives back every answer as it was:
/// for messages between processes of ours. Both `exact` and `readable_with_options` write the member `options` of a mount, which the
/// contract does not have.
enum class json_bytes { readable, readable_with_options, exact };

/// One JSON object, on one line, without the newline: `{"line":12,"verb":"stat","status":"ok",...,"log":[]}`. Always
/// valid UTF-8: `data` that is not text (UTF-8 without control characters but newline and tab), a `value` with a
/// control character, and a name, target or log line that is not UTF-8 become `0x` and hexadecimal digits.
std::string to_json(const answered& a);
std::string to_json(const answered& a, json_bytes bytes);

/// Reads what to_json() wrote; strings of the form `0x...` are taken as bytes. An empty string in `error` means
/// success; nothing is thrown.
answered answered_from_json(std::string_view json, std::string& error);

/// The value of one field as an expectation writes it (`ino`, `type`, `mode`, `data`...; `entries` and `names` as
/// `a,b`); empty optional when the answer has no such field.
std::optional<std::string> field(const outcome& o, std::string_view name);

/// One answer in a line of text: `ok  type=file mode=0644 nlink=1 size=6 ino=10 dev=2`.
std::string to_text(const outcome& o);

}  // namespace ovlsim
