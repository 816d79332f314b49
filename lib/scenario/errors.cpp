// SPDX-License-Identifier: Apache-2.0
//
// How a scenario error reads, and what bounds the list of them.
#include "scenario/errors.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "text/utf8.hpp"

namespace ovlsim {
namespace scenario_text {
namespace {

// An error carries its line. Were a line of megabytes to have thousands of errors, they would hold gigabytes: such a
// line shows its first error only.
constexpr std::size_t longest_line_with_many_errors = 4096;

constexpr std::size_t longest_guess = 32;

/// Insertions, deletions, replacements, and swaps of neighbours (the commonest slip).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  using row = std::array<std::size_t, longest_guess + 1>;
  row before_last{};
  row last{};
  row current{};
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = current;
  }
  return last[b.size()];
}

}  // namespace

void error_list::add(const source_line& where, int column, std::string message, std::string expected) {
  if (is_full()) return;
  if (errors_.size() + 1 == limit) {
    message = "too many errors; the text is read no further";
    expected.clear();
  }
  const bool same_line = !errors_.empty() && errors_.back().line == where.number;
  if (same_line && where.text.size() > longest_line_with_many_errors) return;
  errors_.push_back(
      {file_, where.number, column, std::string(where.text), std::move(message), std::move(expected)});
}

std::vector<scenario_error> error_list::take() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const scenario_error& a, const scenario_error& b) {
    return a.line != b.line ? a.line < b.line : a.column < b.column;
  });
  return std::move(errors_);
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > longest_guess) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, (word.size() + 1) / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > longest_guess) continue;
    const std::size_t distance = edit_distance(word, candidate);
    // A word of which nothing is kept is no slip of the pen.
    if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string otherwise) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? std::move(otherwise) : "did you mean `" + std::string(near) + "`?";
}

std::string shown(std::string_view word) {
  constexpr std::size_t longest = 60;
  std::string result = "`";
  std::size_t i = 0;
  while (i < word.size() && i < longest) {
    const std::size_t length = text::utf8_length(word, i);
    if (length == 0 || text::is_control(word[i])) {
      result += "\\x" + text::to_hex(word.substr(i, 1)).substr(2);
    } else {
      result += word.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return result + (i < word.size() ? "...`" : "`");
}

}  // namespace scenario_text

namespace {

constexpr std::size_t window = 160;

/// The bytes of the line that fit on a screen around the place, cut between characters.
std::string_view part_to_show(std::string_view line, std::size_t place, std::size_t& begin) {
  begin = 0;
  if (line.size() <= window) return line;
  begin = place > window / 2 ? place - window / 2 : 0;
  const auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(line[i]) & 0xc0) == 0x80; };
  while (begin > 0 && begin < line.size() && continues(begin)) --begin;
  std::size_t end = std::min(line.size(), begin + window);
  while (end > begin && end < line.size() && continues(end)) --end;
  return line.substr(begin, end - begin);
}

}  // namespace

std::string to_string(const scenario_error& error) {
  const std::size_t place = error.column > 0 ? static_cast<std::size_t>(error.column) - 1 : 0;
  std::size_t begin = 0;
  const std::string_view part = part_to_show(error.text, std::min(place, error.text.size()), begin);

  // The caret's line repeats the tabs of the line above it, and has one blank a character for all else.
  std::string line;
  std::string caret;
  for (std::size_t i = 0; i < part.size();) {
    const std::size_t length = text::utf8_length(part, i);
    const bool shown_as_is = length != 0 && (part[i] == '\t' || !text::is_control(part[i]));
    const std::size_t step = std::max<std::size_t>(length, 1);
    line += shown_as_is ? part.substr(i, length) : "\xef\xbf\xbd";
    if (begin + i + step <= place) caret += part[i] == '\t' ? '\t' : ' ';
    i += step;
  }
  caret.append(place > begin + part.size() ? place - begin - part.size() : 0, ' ');

  std::string result = error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) +
                       ": error: " + error.message + "\n  " + line + "\n  " + caret + "^";
  const bool is_question = error.expected.rfind("did you mean", 0) == 0;
  if (!error.expected.empty()) result += "\n  " + std::string(is_question ? "" : "expected ") + error.expected;
  return result;
}

}  // namespace ovlsim
