// SPDX-License-Identifier: Apache-2.0
//
// The first chapter: which filesystems there are, what lies on them, and which of them are layers.
#include <algorithm>
#include <array>

#include "random/chapters.hpp"
#include "random/operations.hpp"
#include "random/paths.hpp"

namespace ovlsim::random {
namespace {

void fill(author& a, const place& p, int commands) {
  for (int i = 0; i < commands; ++i) populate(a, p);
}

std::string new_filesystem(author& a, const std::string& stem) {
  std::string name = a.fresh_word(stem);
  const fs_type type = a.random.pick(a.shape.writable);
  std::optional<uuid> id;
  if (type != fs_type::tmpfs && a.random.chance(15)) id = a.id();
  a.write(cmd::mkfs{name, type, id});
  return name;
}

/// A new directory, or now and then the root of the filesystem.
place layer_directory(author& a, const std::string& fs, const std::string& stem, int root_percent) {
  if (a.random.chance(root_percent)) return {fs, ""};
  place p{fs, "/" + a.fresh_word(stem)};
  a.write(cmd::mkdir{p.root()});
  return p;
}

place source_of_images(author& a) {
  if (a.build.fs.empty()) {
    std::string name = "build";
    // What the image is made of leaves traces: the order of names, xattrs, hard links.
    const fs_type type = a.random.chance(80) ? fs_type::tmpfs : a.random.pick(a.shape.writable);
    a.write(cmd::mkfs{name, type, {}});
    a.build = {name, ""};
    return a.build;
  }
  // A second image of the same tree (with other names in it by then), or of another.
  return a.random.chance(50) ? a.build : layer_directory(a, a.build.fs, "s", 0);
}

void add_image(author& a, int entries) {
  layer l;
  l.source = source_of_images(a);
  fill(a, l.source, entries);
  l.image = a.random.pick(a.shape.images);
  l.exports = !a.random.chance(20);
  if (a.random.chance(a.taste.same_id)) l.id = a.id();
  l.at = {a.fresh_word("low"), ""};
  make_image(a, l);
  a.lower.push_back(l);
}

void add_directory(author& a, int entries) {
  const std::size_t kind = a.random.below(100);
  const layer* before = nullptr;
  for (const layer& l : a.lower) {
    if (a.world.fs(l.at.fs)->writable() && !l.at.base.empty()) before = &l;
  }
  layer l;
  if (kind < 25 && !a.upper.fs.empty()) {
    l.at = layer_directory(a, a.upper.fs, "l", 0);
  } else if (kind < 55 && before != nullptr) {
    l.at = layer_directory(a, before->at.fs, "l", 0);
  } else if (a.may_make_filesystem()) {
    l.at = layer_directory(a, new_filesystem(a, "low"), "l", 35);
  } else {
    l.at = layer_directory(a, a.upper.fs.empty() ? a.lower.front().at.fs : a.upper.fs, "l", 0);
  }
  fill(a, l.at, entries);
  a.lower.push_back(l);
}

/// A byte-for-byte copy of a lower filesystem, with something else in it where it can be written.
void add_clone(author& a) {
  const layer old = a.random.pick(a.lower);
  const shadow_fs* fs = a.world.fs(old.at.fs);
  if (fs->type == fs_type::tmpfs) return add_directory(a, 3);
  layer l = old;
  l.at.fs = a.fresh_word("low");
  a.write(cmd::clone{l.at.fs, old.at.fs});
  if (a.random.chance(60) && a.world.fs(l.at.fs)->writable()) operation(a, l.at);
  a.lower.push_back(l);
}

void add_lower(author& a, int entries) {
  const std::size_t kind = a.random.below(100);
  const bool room = a.world.images_made + 2 < a.shape.filesystems;
  if (kind < 12 && !a.lower.empty() && room) return add_clone(a);
  if (kind < 12 + static_cast<std::size_t>(a.taste.images) && room && !a.shape.images.empty()) return add_image(a, entries);
  add_directory(a, entries);
}

/// The upper filesystem may be a clone of a lower one.
void add_upper(author& a) {
  const bool cloned = !a.lower.empty() && a.random.chance(6);
  const shadow_fs* low = cloned ? a.world.fs(a.lower.front().at.fs) : nullptr;
  if (low != nullptr && low->writable() && low->type != fs_type::tmpfs) {
    a.write(cmd::clone{"up", low->name});
  } else {
    a.write(cmd::mkfs{"up", a.random.pick(a.shape.writable), {}});
  }
  a.upper = {"up", "/u"};
  a.work = {"up", "/w"};
  a.write(cmd::mkdir{a.upper.root()});
  a.write(cmd::mkdir{a.work.root()});
  if (a.taste.second_overlay != 0 && a.random.chance(50)) {
    a.other_upper = {"up", "/x"};
    a.other_work = {"up", "/y"};
    a.write(cmd::mkdir{a.other_upper.root()});
    a.write(cmd::mkdir{a.other_work.root()});
  }
  // Something that covers nothing, or hides a lower from the beginning.
  if (a.random.chance(20)) fill(a, a.upper, a.random.between(1, 2));
}

}  // namespace

void make_image(author& a, const layer& l) {
  const path source = l.source.root();
  switch (l.image) {
    case fs_type::squashfs: return a.write(cmd::mksquashfs{l.at.fs, source, l.exports});
    case fs_type::erofs: return a.write(cmd::mkerofs{l.at.fs, source, l.id});
    default: return a.write(cmd::mke2fs{l.at.fs, source, l.id});
  }
}

void make_layers(author& a) {
  const bool upper_first = a.random.chance(60);
  if (upper_first) add_upper(a);
  constexpr std::array<int, 3> often = {58, 30, 12};
  std::size_t layers = 1 + a.random.weighted(often);
  const bool no_upper = !upper_first && a.random.chance(30);
  if (no_upper) layers = std::max<std::size_t>(layers, 2);
  // Most of the story is yet to come.
  const int entries = std::clamp(a.left() / 8, 3, 7);
  for (std::size_t i = 0; i < layers; ++i) add_lower(a, i == 0 ? a.random.between(3, entries) : a.random.between(1, 3));
  if (!upper_first && !no_upper) add_upper(a);
  if (a.shape.all_features && a.random.chance(a.taste.nested)) make_base(a);
}

}  // namespace ovlsim::random
