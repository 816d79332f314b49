// SPDX-License-Identifier: Apache-2.0
//
// The overlay `b`, on which lower layers of the story's overlay `m` lie: it has lower layers and an upper of its own, which change
// between mounts as those of `m` do, under the same kept upper of `m`.
#include <algorithm>
#include <array>
#include <utility>

#include "random/chapters.hpp"
#include "random/operations.hpp"
#include "random/paths.hpp"

namespace ovlsim::random {
namespace {

const place base{"b", ""};

bool is_mounted(author& a) {
  const shadow_overlay* b = a.world.overlay("b");
  return b != nullptr && b->mounted;
}

mount_options plan(author& a) {
  mount_options o;
  for (const layer& l : a.base_lower) o.lower.push_back(l.at.root());
  if (!a.base_upper.fs.empty()) {
    o.upper = a.base_upper.root();
    o.work = a.base_work.root();
  }
  switch (a.random.weighted(a.taste.xino)) {
    case 1: o.xino = xino_option::off; break;
    case 2: o.xino = xino_option::autom; break;
    case 3: o.xino = xino_option::on; break;
    default: break;
  }
  choose_features(a, a.base_features, o);
  o.is_volatile = false;
  if (a.random.chance(5)) o.ro = true;
  return o;
}

/// The marks of overlayfs, which the overlay stores in its own way and shows to the one above as they were.
void mark(author& a) {
  constexpr std::array<const char*, 5> names = {"opaque", "redirect", "metacopy", "whiteout", "origin"};
  const std::string name = a.random.pick(names);
  const path at = existing(a, base, name == "opaque" ? dirs : files | dirs).value_or(base.root());
  const std::string value = name == "opaque" ? (a.random.chance(50) ? "y" : "x") : name == "redirect" ? forged_redirect(a) : "";
  if (name == "whiteout" && a.random.chance(70)) a.write(cmd::truncate{at, 0});
  a.write(cmd::setxattr{at, "trusted.overlay." + name, value});
}

}  // namespace

bool has_base(const author& a) { return !a.base_lower.empty(); }

void make_base(author& a) {
  const auto taken = static_cast<std::ptrdiff_t>(a.random.between(1, static_cast<int>(a.lower.size())));
  const bool at_the_end = a.random.chance(80);
  const auto begin = at_the_end ? a.lower.end() - taken : a.lower.begin();
  a.base_lower.assign(begin, begin + taken);
  const auto where = a.lower.erase(begin, begin + taken);
  layer on_base;
  on_base.at = base;
  if (a.random.chance(15)) {  // the same layers again, beside the overlay that has them
    on_base = a.base_lower.front();
    a.lower.insert(a.lower.begin(), on_base);
    on_base = layer{};
    on_base.at = base;
    a.lower.push_back(on_base);
  } else {
    a.lower.insert(where, on_base);
  }
  const bool needs_upper = a.base_lower.size() < 2;
  if (needs_upper || a.random.chance(75)) {
    std::string fs = a.upper.fs;
    if (fs.empty() || (a.may_make_filesystem() && a.random.chance(40))) {
      fs = "bup";
      a.write(cmd::mkfs{fs, a.random.pick(a.shape.writable), {}});
    }
    a.base_upper = {fs, "/bu"};
    a.base_work = {fs, "/bw"};
    a.write(cmd::mkdir{a.base_upper.root()});
    a.write(cmd::mkdir{a.base_work.root()});
  }
  if (a.upper.fs.empty() && a.lower.size() < 2) {  // at least two
    layer another = a.base_lower.front();
    if (a.random.chance(50)) {
      another = layer{};
      another.at = {base.fs, "/" + a.name()};
    }
    a.lower.push_back(another);
  }
  a.base_features = random_features(a.random);
  if ((a.features.nfs_export || a.features.index) && a.random.chance(70)) {
    a.base_features.nfs_export = true;
    a.base_features.metacopy.reset();
  }
  // It has a life before it is a layer.
  mount_base(a);
  for (int i = a.random.between(0, 5); i > 0; --i) change_base(a);
  const auto dir = existing(a, base, dirs);
  if (!dir || !a.random.chance(15)) return;
  for (layer& l : a.lower) {
    if (l.at.fs == base.fs && l.at.base.empty()) l.at.base = dir->rest;
  }
}

void mount_base(author& a) {
  if (!has_base(a) || (is_mounted(a) && !a.random.chance(2))) return;
  a.write(cmd::mount{"b", plan(a)});
}

void unmount_base(author& a) {
  close_all(a, "b");
  a.write(cmd::umount{"b"});
}

void disturb_base(author& a) {
  switch (a.random.below(8)) {
    case 0: return operation(a, base);  // EBUSY, or a look
    case 1: return unmount_base(a);
    case 2: return a.write(cmd::mount{"b", plan(a)});
    case 3: return a.write(cmd::open{likely(a, base, files), a.fresh_word("h"), open_mode::ro});
    default: return look(a, base);
  }
}

void change_base(author& a) {
  if (is_mounted(a)) {
    const std::size_t luck = a.random.below(100);
    if (luck < 15) return mark(a);
    if (luck < 55) return change_tree(a, base);
    if (luck < 90) return operation(a, base);
    unmount_base(a);
  }
  if (!a.base_upper.fs.empty() && a.random.chance(35)) return change_tree(a, a.base_upper);
  change_tree(a, a.random.pick(a.base_lower).source.fs.empty() ? a.random.pick(a.base_lower).at : a.base_lower.front().source);
}

}  // namespace ovlsim::random
