// SPDX-License-Identifier: Apache-2.0
#include "explore/story_writer.hpp"

#include <utility>

#include "ovlsim/render.hpp"

namespace ovlsim::explore_parts {

void story_writer::comment(std::string text) {
  scenario_line l;
  l.has_comment = true;
  l.comment = std::move(text);
  story_.lines.push_back(std::move(l));
}

void story_writer::line(const command& c, const outcome& o) {
  scenario_line l;
  l.has_command = true;
  l.what = c;
  l.expected.push_back({expectation::kind::status, "", std::string(name(o.status))});
  if (const auto* s = std::get_if<answer::stat>(&o.fields)) {
    if (s->type != file_type::dir) {
      number(l, "ino", s->ino, inos_);
      number(l, "dev", s->dev, devs_);
    }
  }
  if (std::holds_alternative<answer::data>(o.fields)) l.expected.push_back({expectation::kind::field_equal, "data", *field(o, "data")});
  if (o.status == errc::estale && !o.log.empty()) {
    constexpr std::string_view prefix = "overlayfs: ";
    l.expected.push_back({expectation::kind::log_has, "log", o.log.front().substr(prefix.size())});
  }
  story_.lines.push_back(std::move(l));
}

/// `ino=$ino1`, and that it is none of those seen before under other names.
void story_writer::number(scenario_line& l, const std::string& what, std::uint64_t value, std::map<std::uint64_t, std::string>& known) {
  const auto [at, is_new] = known.emplace(value, "$" + what + std::to_string(known.size() + 1));
  if (is_new && what == "ino") {  // device numbers are given again by live kernels
    for (const auto& [other, variable] : known) {
      if (other != value) l.expected.push_back({expectation::kind::field_differs, what, variable});
    }
  }
  l.expected.push_back({expectation::kind::field_equal, what, at->second});
}

void story_writer::begin_move(const move& m, std::size_t number) {
  story_.lines.emplace_back();
  const bool named = m.commands.size() > 1 || print(m.commands.front()) != m.name;
  comment(" move " + std::to_string(number) + (named ? ": " + m.name : ""));
}

scenario story_writer::finished(std::string file) {
  for (std::size_t n = 0; n < story_.lines.size(); ++n) story_.lines[n].number = static_cast<int>(n + 1);
  story_.file = std::move(file);
  return std::move(story_);
}

}  // namespace ovlsim::explore_parts
