// SPDX-License-Identifier: Apache-2.0
//
// A story as a scenario: each answer becomes an expectation. Numbers are variables: the first line that has one binds it.
#pragma once

#include <map>
#include <string>

#include "ovlsim/outcome.hpp"
#include "ovlsim/scope.hpp"

namespace ovlsim::explore_parts {

class story_writer {
 public:
  void comment(std::string text);
  void line(const command& c, const outcome& o);
  /// A blank line, and a comment that says which move comes, counted from 1.
  void begin_move(const move& m, std::size_t number);

  std::size_t size() const { return story_.lines.size(); }
  /// Of a line that is there; what is written later shows.
  std::string& comment_at(std::size_t line) { return story_.lines[line].comment; }
  scenario_line& last() { return story_.lines.back(); }
  /// All of it, its lines numbered, as messages name it.
  scenario finished(std::string file);

 private:
  void number(scenario_line& l, const std::string& what, std::uint64_t value, std::map<std::uint64_t, std::string>& known);

  scenario story_;
  std::map<std::uint64_t, std::string> inos_;
  std::map<std::uint64_t, std::string> devs_;
};

}  // namespace ovlsim::explore_parts
