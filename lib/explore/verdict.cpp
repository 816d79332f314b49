// SPDX-License-Identifier: Apache-2.0
//
// What a search says, in words.
#include <fmt/format.h>

#include "explore/cones.hpp"
#include "ovlsim/canonical.hpp"
#include "ovlsim/explore.hpp"

namespace ovlsim {

namespace {

std::string many(std::uint64_t n) { return fmt::format("{} state{}", n, n == 1 ? "" : "s"); }

}  // namespace

std::string to_string(const property_verdict& v) {
  if (v.broken) return fmt::format("violated after {} move{}", v.broken->moves.size(), v.broken->moves.size() == 1 ? "" : "s");
  const std::string_view word = v.happened ? "holds" : "vacuous";
  switch (v.end) {
    case explore_end::closed: return fmt::format("{} (closed, {})", word, many(v.reached.states));
    case explore_end::depth: return fmt::format("{} to depth {} ({})", word, v.reached.depth, many(v.reached.states));
    case explore_end::memory: return fmt::format("incomplete: out of memory at depth {} ({})", v.reached.depth, many(v.reached.states));
    case explore_end::interrupted: return fmt::format("incomplete: interrupted at depth {} ({})", v.reached.depth, many(v.reached.states));
    case explore_end::all_broken: break;
  }
  return "incomplete";
}

namespace {

std::vector<command> all_commands(const scope& s) {
  std::vector<command> all = s.setup;
  for (const move& m : s.moves) all.insert(all.end(), m.commands.begin(), m.commands.end());
  return all;
}

/// The canonical form knows inodes of backing filesystems in layers, not dentries of an overlay.
bool has_layer_on_overlay(const command& c, const std::vector<command>& all) {
  const auto* const mounts = std::get_if<cmd::mount>(&c);
  if (mounts == nullptr) return false;
  const auto is_overlay = [&](const path& p) {
    return std::any_of(all.begin(), all.end(), [&](const command& other) {
      const auto* const m = std::get_if<cmd::mount>(&other);
      return m != nullptr && m->overlay == p.fs;
    });
  };
  const mount_options& o = mounts->options;
  return std::any_of(o.lower.begin(), o.lower.end(), is_overlay) || std::any_of(o.data.begin(), o.data.end(), is_overlay);
}

}  // namespace

std::string never_closes(const scope& s) {
  for (const move& m : s.moves) {
    for (const command& c : m.commands) {
      if (!std::holds_alternative<cmd::mkfs>(c)) continue;
      return fmt::format("the move `{}` makes a filesystem, which has inode numbers that no other had: there is always a new state, and no "
                         "search sees all of them; let the setup make it",
                         m.name);
    }
  }
  return {};
}

std::string cannot_explore(const scope& s, const kernel& k) {
  constexpr std::size_t most_moves = 1000;
  if (s.moves.size() > most_moves) return fmt::format("{} moves; a thousand are the most", s.moves.size());
  world w;
  for (const command& c : s.setup) {
    const outcome o = apply(w, c, k);
    if (o.status != errc::ok) return fmt::format("the setup ends at `{}`, which answers {}; let it answer ok", print(c), name(o.status));
  }
  const std::vector<command> all = all_commands(s);
  for (const command& c : all) {
    const std::string why = names_what_is_renamed(c);
    if (!why.empty()) return fmt::format("`{}` names {}", print(c), why);
    if (has_layer_on_overlay(c, all)) {
      return fmt::format("`{}` has a layer on an overlay, which the explorer does not know; let the layers lie on filesystems", print(c));
    }
  }
  return {};
}

}  // namespace ovlsim
