// SPDX-License-Identifier: Apache-2.0
//
// One line into words: blanks, quotes, escapes, the arrow, the comment.
#include "scenario/lexer.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "text/utf8.hpp"

namespace ovlsim::scenario_text {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

/// Characters of which a word may have any number without a closer look.
constexpr std::array<bool, 256> is_plain = [] {
  std::array<bool, 256> is{};
  for (unsigned c = 0; c < is.size(); ++c) is[c] = c > ' ' && c != '"' && c != 0x7f;
  return is;
}();

std::string hex_escape(char c) { return "\\x" + text::to_hex({&c, 1}).substr(2); }

/// Reads words off one line; `at` is the place reached. Each function leaves it behind what it read, or sets the error.
class line_reader {
 public:
  line_reader(std::string_view line, lexed_line& out) : line_(line), out_(out) {}

  void read() {
    for (;;) {
      while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
      if (at_ == line_.size() || out_.failed) return;
      if (line_[at_] == '#') return comment();
      if (line_.substr(at_, 2) == "->" && !out_.has_arrow) {
        out_.has_arrow = true;
        out_.arrow_column = column();
        at_ += 2;
      } else {
        word();
      }
    }
  }

 private:
  int column() const { return static_cast<int>(at_) + 1; }

  void fail(std::string_view message, std::string_view expected) {
    out_.failed = true;
    out_.error = {column(), std::string(message), std::string(expected)};
  }

  void comment() {
    out_.has_comment = true;
    out_.comment = line_.substr(at_ + 1);
    while (!out_.comment.empty() && (is_blank(out_.comment.back()) || out_.comment.back() == '\r')) {
      out_.comment.remove_suffix(1);
    }
    at_ = line_.size();
  }

  void word() {
    const std::size_t begin = at_;
    token result{{}, column(), false};
    while (true) {
      at_ = past_plain(at_);
      if (at_ == line_.size() || is_blank(line_[at_]) || out_.failed) break;
      if (line_[at_] == '"') {
        result.quoted = true;
        quoted_part(begin);
      } else {
        fail("a control character outside a string", "a quoted string with " + hex_escape(line_[at_]));
      }
    }
    result.raw = line_.substr(begin, at_ - begin);
    (out_.has_arrow ? out_.expectations : out_.arguments).push_back(result);
  }

  std::size_t past_plain(std::size_t at) const {
    const auto plain = [](char c) { return is_plain[static_cast<unsigned char>(c)]; };
    return static_cast<std::size_t>(std::find_if_not(line_.begin() + at, line_.end(), plain) - line_.begin());
  }

  void quoted_part(std::size_t word_begin) {
    if (at_ != word_begin && std::string_view("=~,").find(line_[at_ - 1]) == std::string_view::npos) {
      return fail("a quote in the middle of a word", "quotes around the whole argument, or \\\" inside of them");
    }
    const std::size_t open = at_++;
    while (at_ < line_.size() && line_[at_] != '"' && !out_.failed) string_character();
    if (out_.failed) return;
    if (at_ == line_.size()) {
      at_ = open;
      return fail("a string without its end", "a closing `\"` on the same line; a newline in a string is \\n");
    }
    ++at_;
    if (at_ < line_.size() && !is_blank(line_[at_]) && line_[at_] != ',') {
      fail("something directly after a closing quote", "a blank after the string; a quote inside of a string is \\\"");
    }
  }

  void string_character() {
    if (line_[at_] == '\0') return fail("a NUL byte in a string", "\\x00");
    if (line_[at_] != '\\') {
      ++at_;
      return;
    }
    const char kind = at_ + 1 < line_.size() ? line_[at_ + 1] : ' ';
    const bool simple = std::string_view("\"\\nt").find(kind) != std::string_view::npos;
    const bool hex = kind == 'x' && at_ + 3 < line_.size() && text::hex_digit(line_[at_ + 2]) >= 0 &&
                     text::hex_digit(line_[at_ + 3]) >= 0;
    if (!simple && !hex)
      return fail("an unknown escape in a string", "one of \\\" \\\\ \\n \\t \\xNN (two hex digits)");
    at_ += hex ? 4 : 2;
  }

  std::string_view line_;
  lexed_line& out_;
  std::size_t at_ = 0;
};

}  // namespace

void lex(std::string_view line, lexed_line& out) {
  out.arguments.clear();
  out.expectations.clear();
  out.has_arrow = out.has_comment = out.failed = false;
  line_reader(line, out).read();
}

std::string unquoted(const token& word) {
  const std::string_view raw = word.raw;
  if (!word.quoted) return std::string(raw);
  std::string bytes;
  bool inside = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '"') {
      inside = !inside;
    } else if (raw[i] != '\\' || !inside || i + 1 == raw.size()) {
      bytes += raw[i];
    } else if (const char kind = raw[++i]; kind == 'x' && i + 2 < raw.size()) {
      bytes += static_cast<char>(text::hex_digit(raw[i + 1]) * 16 + text::hex_digit(raw[i + 2]));
      i += 2;
    } else {
      bytes += kind == 'n' ? '\n' : kind == 't' ? '\t' : kind;
    }
  }
  return bytes;
}

tokens split_at_commas(const token& word) {
  tokens parts;
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i <= word.raw.size(); ++i) {
    const bool end = i == word.raw.size();
    if (end || (word.raw[i] == ',' && !inside)) {
      const std::string_view raw = word.raw.substr(begin, i - begin);
      parts.push_back({raw, word.column + static_cast<int>(begin), raw.find('"') != std::string_view::npos});
      begin = i + 1;
    } else if (word.raw[i] == '\\' && inside) {
      ++i;
    } else if (word.raw[i] == '"') {
      inside = !inside;
    }
  }
  return parts;
}

std::string quoted(std::string_view bytes) {
  std::string result = "\"";
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = text::utf8_length(bytes, i);
    const char c = bytes[i];
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n' || c == '\t') {
      result += c == '\n' ? "\\n" : "\\t";
    } else if (length == 0 || text::is_control(c)) {
      result += hex_escape(c);
    } else {
      result += bytes.substr(i, length);
    }
    i += length == 0 ? 1 : length;
  }
  result += '"';
  return result;
}

std::string word(std::string_view bytes, std::string_view also_quoted) {
  const bool plain = !bytes.empty() && bytes.substr(0, 2) != "->" && text::is_printable(bytes) &&
                     bytes.find_first_of(" \"#\\") == std::string_view::npos &&
                     bytes.find_first_of(also_quoted) == std::string_view::npos;
  return plain ? std::string(bytes) : quoted(bytes);
}

}  // namespace ovlsim::scenario_text
