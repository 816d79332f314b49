// SPDX-License-Identifier: Apache-2.0
#include "explain/columns.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace ovlsim::explaining {

std::string harmless(std::string_view bytes) {
  std::string shown;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = text::utf8_length(bytes, i);
    // U+FFFE and U+FFFF are no characters: XML has no way to write them.
    const std::string_view none = bytes.substr(i, length);
    const bool as_it_is = length != 0 && !text::is_control(bytes[i]) && none != "\xef\xbf\xbe" && none != "\xef\xbf\xbf";
    shown += as_it_is ? bytes.substr(i, length) : bytes[i] == '\t' || bytes[i] == '\n' ? " " : "\xef\xbf\xbd";
    i += std::max<std::size_t>(length, 1);
  }
  return shown;
}

std::size_t columns_of(std::string_view text) noexcept {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

namespace {

constexpr std::string_view mark = "...";

/// How many bytes the first so many columns are.
std::size_t bytes_in(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size() && used < most; ++used) end += std::max<std::size_t>(text::utf8_length(text, end), 1);
  return end;
}

std::size_t without_mark(std::size_t most) { return most < mark.size() ? 0 : most - mark.size(); }

}  // namespace

std::string cut(std::string_view text, std::size_t most) {
  if (columns_of(text) <= most) return std::string(text);
  return std::string(text.substr(0, bytes_in(text, without_mark(most)))).append(mark);
}

std::string shortened(std::string_view text, std::size_t most) {
  const std::size_t all = columns_of(text);
  if (all <= most) return std::string(text);
  const std::size_t first = without_mark(most) / 3;
  const std::size_t last = without_mark(most) - first;
  return std::string(text.substr(0, bytes_in(text, first))).append(mark).append(text.substr(bytes_in(text, all - last)));
}

std::string folded(std::string_view first, std::string_view words) {
  const std::size_t margin = columns_of(first);
  const std::string clean = harmless(words);
  std::string_view left = clean;
  std::string text(first);
  std::size_t used = margin;
  bool empty = true;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(' '), left.size());
    const std::string word = cut(left.substr(0, end), columns - margin);
    left.remove_prefix(std::min(end + 1, left.size()));
    const std::size_t wide = columns_of(word);
    if (!empty && used + 1 + wide > columns) {
      text.append("\n").append(margin, ' ');
      used = margin;
      empty = true;
    }
    if (!empty) text += ' ';
    used += wide + (empty ? 0 : 1);
    text += word;
    empty = false;
  }
  return text + "\n";
}

}  // namespace ovlsim::explaining
