// SPDX-License-Identifier: Apache-2.0
//
// The last chapter: whatever the story did shows in stat, ls and read of the names it was about, and the order of looking
// matters, because the first look decides what is cached.
#include <algorithm>
#include <array>
#include <set>

#include "random/chapters.hpp"
#include "random/paths.hpp"

namespace ovlsim::random {
namespace {

const place overlay{"m", ""};

void look_at(author& a, const std::string& rel, const shadow_tree* tree) {
  const path at = overlay.at(rel);
  const bool dir = tree != nullptr && tree->is_dir(rel);
  const std::size_t luck = a.random.below(100);
  if (luck < (dir ? 40U : 62U)) return a.write(cmd::stat{at});
  if (dir) return a.write(cmd::ls{at});
  a.write(cmd::read{at});
}

std::vector<std::string> names_to_see(author& a, const shadow_tree* tree, std::size_t at_most) {
  std::set<std::string> all;
  if (tree != nullptr) {
    for (const auto& [at, node] : tree->all()) all.insert(at);
  }
  all.insert("/" + a.name());
  std::vector<std::string> names(all.begin(), all.end());
  // Fisher and Yates; std::shuffle differs between libraries.
  for (std::size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[a.random.below(i)]);
  names.resize(std::min(names.size(), at_most));
  return names;
}

void look_at_the_upper(author& a) {
  const auto there = existing(a, a.upper, anything);
  a.write(cmd::ls{a.upper.root()});
  if (!there) return;
  a.write(cmd::stat{*there});
  if (a.random.chance(60)) a.write(cmd::listxattr{*there});
  const auto file = existing(a, a.upper, files | dirs);
  if (file) a.write(cmd::getxattr{*file, "trusted.overlay.origin"});
}

}  // namespace

void sweep(author& a) {
  const shadow_tree* tree = a.world.tree("m");
  const auto most = static_cast<std::size_t>(std::clamp(a.left() / 2, 3, 9));
  std::vector<std::string> names = names_to_see(a, tree, most);
  for (const std::string& one : names) look_at(a, one, tree);
  a.write(cmd::ls{overlay.root()});
  if (a.random.chance(75)) {
    a.write(cmd::drop_caches{});
    // The other way round: of two names that claim one inode, the other one wins now.
    if (a.random.chance(70)) std::reverse(names.begin(), names.end());
    for (const std::string& one : names) look_at(a, one, tree);
  }
  if (!a.upper.fs.empty()) look_at_the_upper(a);
  if (a.random.chance(30)) unmount_overlay(a);
}

}  // namespace ovlsim::random
