// SPDX-License-Identifier: Apache-2.0
#include "cli/roff.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovlsim::cli {
namespace {

/// Long enough for a style check that complains of more than 80 bytes.
constexpr std::size_t roff_columns = 76;

/// As it is, also where it is to be copied from: a bare - may become a typographical one, and \ ' . have a meaning of their own.
std::string roff_literal(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '\\': result += "\\(rs"; break;
      case '-': result += "\\-"; break;
      case '\'': result += "\\(aq"; break;
      case '`': result += "\\(ga"; break;
      case '^': result += "\\(ha"; break;
      case '~': result += "\\(ti"; break;
      default: result += c;
    }
  }
  return result;
}

/// A line may not begin with what would make it a request.
std::string roff_line(const std::string& text) {
  return (text.empty() || (text[0] != '.' && text[0] != '\'') ? "" : "\\&") + text + "\n";
}

bool ends_sentence(std::string_view word) {
  while (!word.empty() && (word.back() == ')' || word.back() == '"')) word.remove_suffix(1);
  return !word.empty() && (word.back() == '.' || word.back() == '?') && !word.ends_with("..");
}

/// Words on lines, each sentence on new ones, as style checks want it.
std::string roff_words(std::string_view words) {
  std::string text;
  std::string line;
  bool bold = false;
  const auto end_line = [&] {
    if (!line.empty()) text += roff_line(line);
    line.clear();
  };
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    // Hyphens within words stay soft; those of options are not.
    const bool is_option = word.find_first_not_of("`(") != std::string_view::npos && word[word.find_first_not_of("`(")] == '-';
    std::string shown;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const char c = word[i];
      if (c == '`') {
        shown += bold ? "\\fR" : "\\fB";
        bold = !bold;
      } else {
        shown += c == '-' && !bold && !is_option ? "-" : roff_literal(word.substr(i, 1));
      }
    }
    if (!line.empty() && line.size() + 1 + shown.size() > roff_columns) end_line();
    line += (line.empty() ? "" : " ") + shown;
    if (!bold && ends_sentence(word)) end_line();
  }
  end_line();
  return text;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Where the second column of `  term   words` begins; npos where there is none.
std::size_t second_column(std::string_view line) {
  const std::size_t gap = line.find("  ", line.find_first_not_of(' '));
  return gap == std::string_view::npos ? gap : line.find_first_not_of(' ', gap);
}

void write_list(roff_page& page, std::span<const std::string_view> lines) {
  constexpr std::size_t margin = 2;
  for (std::size_t i = 0; i < lines.size();) {
    const std::size_t column = second_column(lines[i]);
    const std::string_view term = trimmed(lines[i].substr(0, column));
    std::string words(column == std::string_view::npos ? std::string_view() : trimmed(lines[i].substr(column)));
    // A term that leaves no room, and words that go on, are followed by a line that is indented further.
    for (++i; i < lines.size() && lines[i].find_first_not_of(' ') > margin; ++i)
      words += (words.empty() ? "" : " ") + std::string(trimmed(lines[i]));
    page.item(term, words);
  }
}

}  // namespace

roff_page::roff_page(std::string_view name, int section, std::string_view date, std::string_view source) {
  std::string title(name);
  std::transform(title.begin(), title.end(), title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  text_ = fmt::format(".TH {} {} {} \"{}\"\n.nh\n", title, section, date, source);
}

void roff_page::section(std::string_view name) {
  text_ += fmt::format(".SH {}\n", roff_literal(name));
  begun_ = false;
}

void roff_page::subsection(std::string_view name) {
  text_ += fmt::format(".SS {}\n", roff_literal(name));
  begun_ = false;
}

void roff_page::name_line(std::string_view name, std::string_view words) {
  text_ += fmt::format("{} \\- {}\n", name, words);
  begun_ = true;
}

void roff_page::paragraph(std::string_view words) {
  if (begun_) text_ += ".PP\n";
  text_ += roff_words(words);
  begun_ = true;
}

void roff_page::item(std::string_view term, std::string_view words, std::string_view placeholder) {
  text_ += ".TP\n\\fB" + roff_literal(term) + "\\fR";
  if (!placeholder.empty()) text_ += " \\fI" + roff_literal(placeholder) + "\\fR";
  text_ += "\n" + roff_words(words);
  begun_ = true;
}

void roff_page::synopsis(std::string_view name, std::string_view rest) {
  if (begun_) text_ += ".br\n";
  text_ += "\\fB" + roff_literal(name) + "\\fR" + (rest.empty() ? "" : " ") + roff_literal(rest) + "\n";
  begun_ = true;
}

void roff_page::verbatim(std::span<const std::string_view> lines) {
  text_ += begun_ ? ".PP\n.RS 4\n.nf\n" : ".RS 4\n.nf\n";
  for (const std::string_view line : lines) text_ += roff_line(roff_literal(line));
  text_ += ".fi\n.RE\n";
  begun_ = true;
}

void write_help_text(roff_page& page, std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size();) {
    const auto kind = [&](std::size_t n) { return lines[n].empty() ? 0 : lines[n].starts_with("  ") ? 2 : 1; };
    const std::size_t from = i;
    const auto same_block = [&] { return i < lines.size() && kind(i) == kind(from) && (kind(i) == 2 || !lines[i].starts_with("Exit code")); };
    do ++i;
    while (same_block());
    const std::span block(&lines[from], i - from);
    if (kind(from) == 1) {
      std::string words;
      for (const std::string_view line : block) words += (words.empty() ? "" : " ") + std::string(line);
      page.paragraph(words);
    } else if (kind(from) == 2 && second_column(block[0]) != std::string_view::npos) {
      write_list(page, block);
    } else if (kind(from) == 2) {
      std::vector<std::string_view> bare;
      for (const std::string_view line : block) bare.push_back(line.substr(2));
      page.verbatim(bare);
    }
  }
}

}  // namespace ovlsim::cli
