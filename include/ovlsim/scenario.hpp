// SPDX-License-Identifier: Apache-2.0
//
// A scenario (`.ovl`): the life story of an overlay, one command a line, with what is expected of each answer. This
// header is its text form: parse, print, and the errors of a text that is not one. Nothing here runs anything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/command.hpp"
#include "ovlsim/errc.hpp"

namespace ovlsim {

/// One condition after `->`. Values are kept in one spelling, that of field() in render.hpp: numbers decimal, a mode
/// of four octal digits, `data` and `value` that are not text as `0x...`; `entries` and `names` as the names in order
/// with commas between them (`entries=a,b`; `\,` and `\\` for a comma and a backslash in a name; `entries=""` when
/// there is none).
struct expectation {
  enum class kind : std::uint8_t {
    status,        ///< `ok` or an errno's name, in `value`
    field_equal,   ///< `field=value`; `value` may be a variable, `$name`
    field_differs, ///< `field!=value`
    log_has,       ///< `log~"part of a line"`
    log_none,      ///< `log=none`
  };
  kind what = kind::status;
  std::string field;
  std::string value;     ///< in its one spelling: see below
  bool literal = false;  ///< `value` begins with `$` and is text all the same (it was quoted)
  int column = 0;  ///< where it stands in its line, from 1; no part of its meaning
  bool operator==(const expectation& other) const {
    return what == other.what && field == other.field && value == other.value && literal == other.literal;
  }
};

/// One line of the file: a command with its expectations, a comment, both, or nothing.
struct scenario_line {
  int number = 0;  ///< from 1
  bool has_command = false;
  command what;
  std::vector<expectation> expected;
  std::string comment;  ///< from `#` to the end of the line, without the `#`; empty when there is none
  bool has_comment = false;
};

struct scenario {
  std::string file;  ///< as messages name it
  std::vector<scenario_line> lines;
};

/// What is wrong with a text: place, cause and cure.
struct scenario_error {
  std::string file;
  int line = 0;
  int column = 0;        ///< from 1, in bytes
  std::string text;      ///< the whole line
  std::string message;   ///< what is wrong
  std::string expected;  ///< what was expected there; for an unknown verb the nearest one is named
};

/// `file:line:column: error: message`, the line, a caret below the place, and what was expected.
std::string to_string(const scenario_error& error);

struct parsed_scenario {
  scenario value;                      ///< complete only when there is no error
  std::vector<scenario_error> errors;  ///< all of them, in order
  explicit operator bool() const { return errors.empty(); }
};

/// Reads a scenario. Never throws on any text. Names are checked too: a backing filesystem that no earlier line makes,
/// an overlay that no line of the file mounts, a mount option that this release does not answer are errors of the
/// scenario. (An unknown handle is none: it answers EBADF.) Beside the contract's escapes a string knows `\xNN`, so
/// that any bytes can be written. Reading stops after a hundred errors.
parsed_scenario parse_scenario(std::string_view text, std::string file);

/// One command (with no expectations) as the language writes it, canonical: parse(print(c)) == c.
std::string print(const command& c);

/// The whole scenario in canonical form (`ovlsim fmt`): expectations aligned, comments kept, one blank line at most.
std::string print(const scenario& s);

}  // namespace ovlsim
