// SPDX-License-Identifier: Apache-2.0
//
// Choosing among what the shadow of a filesystem holds.
#include "random/paths.hpp"

#include <algorithm>
#include <utility>

namespace ovlsim::random {
namespace {

// Linux takes 255; mkfs.erofs 1.5 gives up on that ("Could not format the device").
constexpr std::size_t longest_in_images = 250;

unsigned bit(kind what) { return 1U << static_cast<unsigned>(what); }

/// Paths relative to the place, its root excluded.
std::vector<std::string> candidates(author& a, const place& p, unsigned kinds) {
  std::vector<std::string> found;
  const shadow_tree* tree = a.world.tree(p.fs);
  if (tree == nullptr) return found;
  for (const auto& [at, node] : tree->all()) {
    if (at.size() > p.base.size() && is_below(at, p.base) && (bit(node.what) & kinds) != 0) {
      found.push_back(at.substr(p.base.size()));
    }
  }
  return found;
}

std::string directory(author& a, const place& p) {
  std::vector<std::string> found = candidates(a, p, dirs);
  std::erase_if(found, [](const std::string& dir) { return std::count(dir.begin(), dir.end(), '/') > 2; });
  return found.empty() || a.random.chance(45) ? std::string() : a.random.pick(found);
}

std::string one_of(author& a, const place& p, unsigned kinds) {
  const std::vector<std::string> found = candidates(a, p, kinds);
  return found.empty() ? "/" + a.name() : a.random.pick(found);
}

/// Drawn in two statements: compilers differ in which operand of `+` they evaluate first.
std::string name_in_directory(author& a, const place& p) {
  std::string at = directory(a, p);
  return at.append("/").append(a.name());
}

}  // namespace

std::optional<path> existing(author& a, const place& p, unsigned kinds) {
  const std::vector<std::string> found = candidates(a, p, kinds);
  if (found.empty()) return std::nullopt;
  return p.at(a.random.pick(found));
}

path fresh(author& a, const place& p) {
  const shadow_tree* tree = a.world.tree(p.fs);
  std::string at;
  for (int tries = 0; tries < 6; ++tries) {
    at = name_in_directory(a, p);
    if (tree == nullptr || tree->find(p.base + at) == nullptr) break;
  }
  return p.at(at);
}

path any(author& a, const place& p) { return p.at(name_in_directory(a, p)); }

path odd(author& a, const place& p) {
  const std::string name = a.name();
  switch (a.random.below(18)) {
    case 0: return p.at(one_of(a, p, anything) + "/");
    case 1: return p.at(one_of(a, p, dirs) + "/.");
    case 2: return p.at(one_of(a, p, dirs) + "/..");
    case 3: return p.at(directory(a, p) + "//" + name);
    case 4: return p.at(one_of(a, p, files | fifos) + "/" + name);
    case 5: return p.at(directory(a, p) + "/missing/" + name);
    case 6: return p.at(directory(a, p) + "/" + std::string(longest_in_images, 'n'));
    case 7: return p.at(directory(a, p) + "/" + std::string(256, 'n'));
    case 8: return p.root();
    case 9: return p.at(one_of(a, p, dirs) + "/../" + name);
    case 10:
    case 11: return p.at(one_of(a, p, symlinks) + "/" + name);
    case 12: return p.at(one_of(a, p, symlinks) + "/");
    case 13: return p.at("/../" + name);
    case 14: return p.at(directory(a, p) + "/b c");
    case 15: return p.at("/./" + name);
    case 16: return p.at(directory(a, p) + "/" + name + "/");
    default: return p.at(directory(a, p) + "/\xc3\xbc");
  }
}

path likely(author& a, const place& p, unsigned kinds) {
  const std::size_t luck = a.random.below(100);
  if (luck == 99) return p.root();
  if (luck < 88) {
    if (auto found = existing(a, p, kinds)) return *std::move(found);
  }
  return luck % 2 == 0 ? any(a, p) : odd(a, p);
}

path likely_fresh(author& a, const place& p) {
  const std::size_t luck = a.random.below(100);
  if (luck < 86) return fresh(a, p);
  return luck < 92 ? any(a, p) : odd(a, p);
}

path destination(author& a, const place& p) {
  const std::size_t luck = a.random.below(100);
  if (luck < 50) return fresh(a, p);
  return luck < 88 ? any(a, p) : odd(a, p);
}

}  // namespace ovlsim::random
