// SPDX-License-Identifier: Apache-2.0
//
// A scope: a scenario that sets up a world, and the moves that may then happen to it, in any order and as often as they like. Where
// ovlsim looks at all stories, a scope says which those are.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/scenario.hpp"

namespace ovlsim {

/// One or more commands that happen one after the other, with no other between them.
struct move {
  std::string name;  ///< as `move NAME` gives it; of a move that is one line, that line
  std::vector<command> commands;
};

struct scope {
  std::string name;
  std::string words;              ///< what it is about: the first comment of its file
  std::vector<command> setup;
  std::vector<move> moves;
};

struct parsed_scope {
  scope value;                         ///< complete only when there is no error
  std::vector<scenario_error> errors;
  explicit operator bool() const { return errors.empty(); }
};

/// Reads a scope: a scenario without expectations, then a line `moves`, then moves. Each line is one, and so is what stands between
/// `move NAME` and `end`. The same rules about names as in parse_scenario().
parsed_scope parse_scope(std::string_view text, std::string file);

/// A scope that comes with ovlsim (examples/scopes).
struct shipped_scope {
  std::string_view name;
  std::string_view text;
};
std::span<const shipped_scope> shipped_scopes() noexcept;

/// The text of the shipped scope of that name.
std::optional<std::string_view> shipped_scope_named(std::string_view name) noexcept;

/// Gives every mount of the scope an option (`xino=on`, `metacopy=on`) in place of what it said of it. In words what is wrong with
/// it; empty when nothing is.
std::string with_mount_option(scope& s, std::string_view option);

}  // namespace ovlsim
