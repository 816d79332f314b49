// SPDX-License-Identifier: Apache-2.0
//
// ext4: ext4_new_inode() takes the first zero bit of the group's bitmap, so a number that was freed comes back at once, with a new
// generation. xfs gives the lowest free one of a chunk, too, but frees in the background (xfs_inodegc), some milliseconds after the
// last reference is gone: here, and in the live runner, which waits for it, at the end of the command. tmpfs counts up
// (shmem_get_inode, ino64), and so does btrfs (btrfs_get_free_objectid).
#include "backing/inode_numbers.hpp"

#include <algorithm>

#include "backing/traits.hpp"

namespace ovlsim::backing {

namespace {
constexpr ino_t64 range = ino_t64{1} << 20;
}

ino_t64 root_number(fs_type type) {
  switch (type) {
    case fs_type::ext4: return 2;
    case fs_type::xfs: return 128;
    case fs_type::btrfs: return 256;
    case fs_type::tmpfs: return 1;
    case fs_type::squashfs:
    case fs_type::erofs: break;  // the image says
  }
  return 0;
}

void start_range(world& w, filesystem& fs) {
  fs.first_ino = fs.next_ino = range * (w.next_slot + 1);
  ++w.next_slot;
}

ino_t64 take_number(filesystem& fs) {
  if (traits_of(fs).reuses_numbers && !fs.free_inos.empty()) {
    const ino_t64 ino = fs.free_inos.front();
    fs.free_inos.erase(fs.free_inos.begin());
    return ino;
  }
  fs.inodes.note({.what = piece::kind::count});
  return fs.next_ino++;
}

void free_number(filesystem& fs, ino_t64 ino) {
  if (!traits_of(fs).reuses_numbers) return;
  fs.free_inos.insert(std::lower_bound(fs.free_inos.begin(), fs.free_inos.end(), ino), ino);
}

}  // namespace ovlsim::backing
