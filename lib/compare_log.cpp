// SPDX-License-Identifier: Apache-2.0
//
// Numbers out of log lines, and one list of lines looked for in another.
#include "compare_log.hpp"

#include <algorithm>
#include <string_view>

namespace ovlsim::compare {
namespace {

constexpr std::string_view decimal = "0123456789";
constexpr std::string_view hexadecimal = "0123456789abcdef";

/// Replaces each run of `digits` after `mark`.
std::string replaced_after(std::string_view line, std::string_view mark, std::string_view digits, std::string_view by) {
  std::string result;
  while (true) {
    const std::size_t at = line.find(mark);
    if (at == std::string_view::npos) return result.append(line);
    const std::size_t end = std::min(line.find_first_not_of(digits, at + mark.size()), line.size());
    result.append(line.substr(0, at + mark.size()));
    if (end != at + mark.size()) result.append(by);
    line.remove_prefix(end);
  }
}

/// Keeps of a stored handle what is the same in every run: version, magic, length, flags, type (and nothing of a null UUID's
/// numbers either: a log line is no place to compare them, the xattr is).
std::string without_handles(std::string_view line) {
  constexpr std::size_t header_digits = 10;
  constexpr std::size_t least_digits = 42;
  std::string result;
  while (true) {
    const std::size_t at = line.find("00fb");
    if (at == std::string_view::npos) return result.append(line);
    const std::size_t end = std::min(line.find_first_not_of(hexadecimal, at), line.size());
    const bool handle = end - at >= least_digits && (at == 0 || hexadecimal.find(line[at - 1]) == std::string_view::npos);
    result.append(line.substr(0, handle ? at + header_digits : end)).append(handle ? "..." : "");
    line.remove_prefix(end);
  }
}

std::vector<std::string> normal(const std::vector<std::string>& lines) {
  std::vector<std::string> result;
  for (const std::string& line : lines) result.push_back(without_numbers(line));
  return result;
}

/// Whether a line is about an entry of the index. Those come in the order of the index directory, and where that is the order of the
/// names' hashes (ext4), it is nobody's answer: the names hold generations, which the kernel draws by chance.
bool names_index_entry(std::string_view line) { return line.find("index/00fb") != std::string_view::npos; }

std::string joined(const std::vector<std::string>& lines) {
  std::string result;
  for (const std::string& line : lines) result += (result.empty() ? "" : "; ") + line;
  return result.empty() ? "no log line" : result;
}

}  // namespace

std::string without_numbers(const std::string& line) {
  const std::string without_inodes = replaced_after(line, "ino=", decimal, "N");
  return replaced_after(without_handles(without_inodes), "#", hexadecimal, "N");
}

std::vector<log_difference> compare_logs(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  const std::vector<std::string> expected = normal(left);
  std::vector<std::string> waiting = expected;
  const std::vector<std::string> got = normal(right);
  std::vector<log_difference> found;
  std::size_t next = 0;
  bool reordered = false;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const auto from = waiting.begin() + static_cast<std::ptrdiff_t>(next);
    const auto later = std::find(from, waiting.end(), got[i]);
    if (later != waiting.end()) {
      next = static_cast<std::size_t>(later - waiting.begin()) + 1;
      later->clear();
      continue;
    }
    const auto earlier = std::find(waiting.begin(), from, got[i]);
    if (earlier == from) {
      found.push_back({joined(left), "the line: " + right[i]});
    } else {
      const auto passed = expected.begin() + (earlier - waiting.begin());
      reordered |= !std::all_of(passed, expected.begin() + static_cast<std::ptrdiff_t>(next), names_index_entry);
      earlier->clear();
    }
  }
  if (reordered) found.push_back({joined(left), "in another order: " + joined(right)});
  return found;
}

}  // namespace ovlsim::compare
