// SPDX-License-Identifier: Apache-2.0
//
// A story without overlays: filesystems, images of them, clones, copies, and every verb on each.
#include <array>

#include "random/chapters.hpp"
#include "random/operations.hpp"
#include "random/paths.hpp"

namespace ovlsim::random {
namespace {

place some_place(author& a) {
  const shadow_fs& fs = a.random.pick(a.world.filesystems);
  return {fs.name, ""};
}

/// A command with two filesystems, or a new one made of an old one.
void across(author& a) {
  const place from = some_place(a);
  const place to = some_place(a);
  const path source = likely(a, from, anything);
  const bool may_make = a.may_make_filesystem();
  switch (a.random.below(may_make ? 8 : 4)) {
    case 0: return copy_tree(a, from, to);
    case 1: return a.write(cmd::rename{source, any(a, to)});
    case 2: return a.write(cmd::link{source, any(a, to)});
    case 3: return a.write(cmd::exchange{source, any(a, to)});
    case 4: return a.write(cmd::clone{a.random.chance(70) ? a.fresh_word("clone") : to.fs, from.fs});
    case 5: return a.write(cmd::mkfs{to.fs, a.random.pick(a.shape.writable), {}});
    default: break;
  }
  layer l;
  l.image = a.random.pick(a.shape.images);
  l.source = a.random.chance(75) ? from : place{source.fs, source.rest == "/" ? "" : source.rest};
  l.at = {a.random.chance(75) ? a.fresh_word("image") : to.fs, ""};
  l.exports = !a.random.chance(20);
  // mkfs.erofs gives up on a squashfs without xattrs ("llistxattr ... Operation not supported").
  if (a.world.fs(from.fs)->type == fs_type::squashfs) l.image = fs_type::squashfs;
  make_image(a, l);
}

}  // namespace

void backing_story(author& a) {
  const int count = a.random.between(1, 2);
  for (int i = 0; i < count; ++i) a.write(cmd::mkfs{a.fresh_word("fs"), a.random.pick(a.shape.writable), {}});
  const int first = a.random.between(4, 9);
  for (int i = 0; i < first; ++i) populate(a, some_place(a));
  while (a.left() > 0) {
    const std::size_t luck = a.random.below(100);
    if (luck < 7) {
      across(a);
    } else if (luck < 14) {
      look(a, some_place(a));
    } else {
      operation(a, some_place(a));
    }
  }
  if (a.random.chance(50)) return;
  for (const shadow_fs& fs : std::vector<shadow_fs>(a.world.filesystems)) close_all(a, fs.name);
}

}  // namespace ovlsim::random
