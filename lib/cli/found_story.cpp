// SPDX-License-Identifier: Apache-2.0
#include "cli/found_story.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

/// On one line, whatever a file is called.
std::string on_one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, '?');
  return text;
}

scenario_line comment_of(std::string text) {
  scenario_line l;
  l.has_comment = true;
  l.comment = std::move(text);
  return l;
}

}  // namespace

scenario with_its_command(scenario s, const found_under& where, const std::string& file) {
  const std::string options = where.options.empty() ? "" : fmt::format(", mounted with {}", fmt::join(where.options, " "));
  const std::string policy = where.policy.empty() ? "" : " --policy " + where.policy;
  const auto after = std::find_if(s.lines.begin(), s.lines.end(), [](const scenario_line& l) { return !l.has_comment || l.has_command; });
  s.lines.insert(after, {comment_of(on_one_line(fmt::format(" Found in the scope {}{}. To confirm it:", where.scope, options))),
                         comment_of(on_one_line(fmt::format("   {} run --kernel {}{} {}", program(), where.kernel, policy, file)))});
  for (std::size_t n = 0; n < s.lines.size(); ++n) s.lines[n].number = static_cast<int>(n + 1);
  return s;
}

}  // namespace ovlsim::cli
