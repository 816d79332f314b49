// SPDX-License-Identifier: Apache-2.0
//
// Properties that remember other things of a story are searched for in other states: one search for each kind.
#include "ovlsim/explore.hpp"

#include <algorithm>

#include "explore/search.hpp"

namespace ovlsim {

namespace {

/// The verdicts of one search, for the properties at these places of the whole.
void take_over(exploration& whole, exploration&& one, const std::vector<std::size_t>& places) {
  for (std::size_t n = 0; n < places.size(); ++n) {
    one.verdicts[n].end = one.end;
    one.verdicts[n].reached = one.reached;
    whole.verdicts[places[n]] = std::move(one.verdicts[n]);
  }
  whole.reached.states += one.reached.states;
  whole.reached.transitions += one.reached.transitions;
  whole.reached.memory = std::max(whole.reached.memory, one.reached.memory);
  whole.reached.depth = std::max(whole.reached.depth, one.reached.depth);
  whole.parts += one.parts;
  whole.effects += one.effects;
}

/// The places of properties that are searched for together: they remember the same, and there is a bit for each.
std::vector<std::vector<std::size_t>> groups_of(std::span<const property> asked) {
  constexpr std::size_t most = 32;
  std::vector<std::vector<std::size_t>> groups;
  for (const remembers needs : {remembers::nothing, remembers::numbers_in_mount, remembers::numbers_over_mounts, remembers::contents,
                                remembers::handles}) {
    bool is_open = false;
    for (std::size_t n = 0; n < asked.size(); ++n) {
      if (asked[n].needs != needs) continue;
      if (!is_open || groups.back().size() == most) groups.emplace_back();
      groups.back().push_back(n);
      is_open = true;
    }
  }
  if (groups.empty()) groups.emplace_back();  // nothing is asked but how many states there are
  return groups;
}

}  // namespace

exploration explore(const scope& s, const kernel& k, std::span<const property> asked, const explore_limits& limits) {
  const explore_parts::cones cones = explore_parts::cones_of(s);
  exploration whole;
  whole.end = explore_end::closed;
  whole.verdicts.resize(asked.size());
  for (std::size_t n = 0; n < asked.size(); ++n) whole.verdicts[n].property = asked[n].name;
  for (const std::vector<std::size_t>& places : groups_of(asked)) {
    std::vector<property> group;
    for (const std::size_t n : places) group.push_back(asked[n]);
    exploration one = explore_parts::search_for(cones, s, k, group, limits);
    const bool stopped = one.end == explore_end::interrupted;
    if (one.end != explore_end::closed && one.end != explore_end::all_broken) whole.end = one.end;
    take_over(whole, std::move(one), places);
    if (!stopped) continue;
    for (property_verdict& v : whole.verdicts) {
      if (v.reached.states == 0) v.end = explore_end::interrupted;
    }
    break;
  }
  return whole;
}

}  // namespace ovlsim
