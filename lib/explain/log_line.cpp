// SPDX-License-Identifier: Apache-2.0
//
// A line of the kernel log: which of the known ones it is, and its explanation as text.
#include <fmt/format.h>

#include <algorithm>

#include "explain/columns.hpp"
#include "explain/log_words.hpp"
#include "ovlsim/explain.hpp"

namespace ovlsim {

namespace {

using namespace explaining;

constexpr std::string_view hole = "{}";

/// How many bytes of the pattern are its own; nothing where the text does not fit it. Where a hole ends is where the next part of the
/// pattern is found first, so the last part is looked for at the end of the text.
std::optional<std::size_t> fits(std::string_view pattern, std::string_view text) {
  const std::size_t first = std::min(pattern.find(hole), pattern.size());
  if (!text.starts_with(pattern.substr(0, first))) return std::nullopt;
  std::size_t own = first;
  std::size_t at = first;
  for (pattern.remove_prefix(first); !pattern.empty();) {
    pattern.remove_prefix(hole.size());
    const std::string_view part = pattern.substr(0, pattern.find(hole));
    pattern.remove_prefix(part.size());
    own += part.size();
    if (pattern.empty()) return text.size() >= at + part.size() && text.ends_with(part) ? std::optional(own) : std::nullopt;
    const std::size_t found = text.find(part, at);
    if (found == std::string_view::npos) return std::nullopt;
    at = found + part.size();
  }
  return at == text.size() ? std::optional(own) : std::nullopt;
}

/// What overlayfs wrote, without its prefix and what dmesg or syslog put before it.
std::string_view own_words(std::string_view line) {
  constexpr std::string_view prefix = "overlayfs: ";
  const std::size_t at = line.find(prefix);
  if (at != std::string_view::npos) line.remove_prefix(at + prefix.size());
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::vector<log_entry> log_entries() {
  std::vector<log_entry> all;
  for (const auto part : {log_words_mount(), log_words_index(), log_words_lookup(), log_words_outside()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::optional<log_entry> log_entry_for(std::string_view line) {
  std::optional<log_entry> best;
  std::size_t most = 0;
  for (const log_entry& entry : log_entries()) {
    const std::optional<std::size_t> own = fits(entry.pattern, own_words(line));
    if (!own || (best && *own <= most)) continue;
    best = entry;
    most = *own;
  }
  return best;
}

std::string to_text(const log_entry& entry, std::string_view line) {
  std::string text = folded("", line);
  text += folded("  means  ", entry.means);
  text += folded("  when   ", entry.when);
  text += folded("  risk   ", entry.risk);
  text += folded("  do     ", entry.cure);
  if (!entry.unreached.empty()) return text + folded("  shown  ", "by no scenario: " + std::string(entry.unreached));
  text += fmt::format("  shown  by examples/log/{}.ovl:\n", entry.name);
  std::string_view scenario = log_scenario(entry.name);
  while (!scenario.empty()) {
    const std::size_t end = std::min(scenario.find('\n'), scenario.size());
    const std::string_view one = scenario.substr(0, end);
    scenario.remove_prefix(std::min(end + 1, scenario.size()));
    if (!one.starts_with("# SPDX")) text += folded("    ", one);
  }
  return text;
}

}  // namespace ovlsim
