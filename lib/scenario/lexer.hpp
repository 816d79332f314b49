// SPDX-License-Identifier: Apache-2.0
//
// The words of one line: where they stand and whether a part of them is quoted. A token is a view of the text as
// written; unquoted() turns it into bytes when they are asked for, so that a line costs no memory of its own.
#pragma once

#include <boost/container/small_vector.hpp>

#include <string>
#include <string_view>

namespace ovlsim::scenario_text {

struct token {
  std::string_view raw;  ///< as written, quotes and escapes included
  int column = 0;        ///< from 1, in bytes
  bool quoted = false;   ///< a part of it is quoted
};

using tokens = boost::container::small_vector<token, 8>;  ///< few lines have more words

/// What makes a line no sequence of words.
struct lex_error {
  int column = 0;
  std::string message;
  std::string expected;
};

struct lexed_line {
  tokens arguments;  ///< verb first
  bool has_arrow = false;
  int arrow_column = 0;
  tokens expectations;  ///< what follows `->`
  bool has_comment = false;
  std::string_view comment;  ///< after `#`, without the blanks at its end
  bool failed = false;
  lex_error error;
};

/// Splits `line` (with no newline) into `out`, whose memory is used again. A quoted part begins a word, or follows
/// `=`, `~` or `,` in it, and ends it or is followed by `,`. `#` begins a comment where a word could begin.
void lex(std::string_view line, lexed_line& out);

/// The bytes that a word (or a part of one) that lex() accepted stands for.
std::string unquoted(const token& word);

/// The parts of `word` between the commas that are not quoted.
tokens split_at_commas(const token& word);

/// `bytes` as a quoted string: `\"`, `\\`, `\n`, `\t`, and `\xNN` for other control characters and what is not UTF-8.
std::string quoted(std::string_view bytes);

/// `bytes` as it stands where that is one word and reads back as itself, else quoted. `also_quoted`: characters that
/// have a meaning of their own at this place.
std::string word(std::string_view bytes, std::string_view also_quoted = "");

}  // namespace ovlsim::scenario_text
