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

std::string cannot_explore(const scope& s, const kernel& k) {
  constexpr std::size_t most_moves = 1000;
  if (s.moves.size() > most_moves) return fmt::format("{} moves; a thousand are the most", s.moves.size());
  world w;
  for (const command& c : s.setup) {
    const outcome o = apply(w, c, k);
    if (o.status != errc::ok) return fmt::format("the setup ends at `{}`, which answers {}; let it answer ok", print(c), name(o.status));
  }
  const auto objection = [](const command& c) {
    const std::string why = names_what_is_renamed(c);
    return why.empty() ? why : fmt::format("`{}` names {}", print(c), why);
  };
  for (const command& c : s.setup) {
    if (std::string why = objection(c); !why.empty()) return why;
  }
  for (const move& m : s.moves) {
    for (const command& c : m.commands) {
      if (std::string why = objection(c); !why.empty()) return why;
    }
  }
  return {};
}

}  // namespace ovlsim
