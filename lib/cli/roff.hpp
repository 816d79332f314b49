// SPDX-License-Identifier: Apache-2.0
//
// A manual page, written from top to bottom in the macros of man(7).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ovlsim::cli {

class roff_page {
 public:
  /// `date` as 2026-11-29; `source` is what the page belongs to, in its lower left corner.
  roff_page(std::string_view name, int section, std::string_view date, std::string_view source);

  void section(std::string_view name);
  void subsection(std::string_view name);

  /// The page's own name and what it does: what whatis(1) shows.
  void name_line(std::string_view name, std::string_view words);

  /// Words to be filled. What stands between two ` is bold.
  void paragraph(std::string_view words);

  /// A term in bold, a placeholder behind it if there is one, and words indented below.
  void item(std::string_view term, std::string_view words, std::string_view placeholder = {});

  /// A line of a synopsis: the name bold, the rest as it is.
  void synopsis(std::string_view name, std::string_view rest);

  /// Lines as they are.
  void verbatim(std::span<const std::string_view> lines);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool begun_ = false;  // something stands below the last heading
};

/// The layout of help texts (paragraphs; indented lines, which are a list where two or more blanks set off a second column, and commands
/// otherwise) on a page.
void write_help_text(roff_page& page, std::string_view text);

}  // namespace ovlsim::cli
