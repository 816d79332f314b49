// SPDX-License-Identifier: Apache-2.0
#include "live/ranges.hpp"

#include <fcntl.h>

#include "live/failure.hpp"
#include "live/images.hpp"

namespace ovlsim::live {
namespace {

/// A file that has a number but no name; it is gone when it is closed.
sys::fd nameless(const std::string& directory, std::uint64_t& number) {
  sys::fd file;
  struct ::stat s {};
  require(sys::open(directory, O_TMPFILE | O_WRONLY, 0600, file), "using up inode numbers");
  require(sys::fstat(file, s), "using up inode numbers");
  number = s.st_ino;
  return file;
}

/// btrfs numbers upwards and never again, but a mount (of a clone, say) begins after the highest number found on disk. So
/// there must be one: the image is taken while a nameless file is open, and then this file is given the number before
/// `first` and kept from being removed.
disk count_btrfs(std::uint32_t first, const disk& base, const std::string& scratch) {
  const sys::fd image = put(base);
  require(mount_image(image, fs_type::btrfs, scratch, false), "mounting a new btrfs");
  disk numbered;
  {
    std::uint64_t number = 0;
    const sys::fd last = nameless(scratch, number);
    require(sys::sync_filesystem(last), "writing a new btrfs");
    numbered = take(image);
  }
  require(sys::umount(scratch, 0), "unmounting a new btrfs");
  const sys::fd taken = put(numbered);
  hide_btrfs_orphan(taken, first - 1);
  return take(taken);
}

/// xfs gives the lowest free number of the chunk of 64 inodes nearest to the directory. So all chunks below `first` are
/// filled, in a directory that afterwards is taken out of the root: what no name leads to, no mount ever frees. A large
/// file stands for most of the chunks: where it lies on the disk no inode can be. The chunk at `first` keeps an inode of
/// ours, lest xfs give back the whole chunk when a scenario has removed its files, and start elsewhere.
disk count_xfs(std::uint32_t first, const disk& base, const std::string& scratch) {
  constexpr std::uint64_t chunk = 64, inode_size = 512;
  const sys::fd image = put(base);
  require(mount_image(image, fs_type::xfs, scratch, false), "mounting a new xfs");
  struct ::stat root {};
  require(sys::lstat(scratch, root), "numbering a new xfs");
  const std::uint64_t target = (root.st_ino / 32768) * 32768 + first;
  require(sys::mkdir(scratch + "/f", 0700), "numbering a new xfs");
  {
    int files = 0;
    sys::fd file;
    struct ::stat s {};
    const auto another = [&] {
      const std::string name = scratch + "/f/" + std::to_string(++files);
      require(sys::open(name, O_CREAT | O_EXCL | O_WRONLY, 0600, file), "numbering a new xfs");
      require(sys::fstat(file, s), "numbering a new xfs");
    };
    do another();
    while (s.st_ino / chunk == root.st_ino / chunk);
    const std::uint64_t second = s.st_ino / chunk;
    if (s.st_ino + chunk < target)
      require(sys::allocate(file, (target - s.st_ino - chunk) * inode_size), "numbering a new xfs");
    while (s.st_ino / chunk == second || s.st_ino < target) another();
  }
  require(sys::umount(scratch, 0), "unmounting a new xfs");
  empty_xfs_root(image, root.st_ino);
  return take(image);
}

}  // namespace

disk counting_from(std::uint32_t first, fs_type type, const disk& base, const std::string& scratch) {
  if (type == fs_type::btrfs) return count_btrfs(first, base, scratch);
  if (type == fs_type::xfs) return count_xfs(first, base, scratch);
  const sys::fd image = put(base);
  use_up_ext4(image, first);
  return take(image);
}

void count_tmpfs_from(std::uint32_t first, const std::string& root) {
  std::uint64_t number = 0;
  nameless(root, number);
  // One after the other without a gap, so that only the last needs to be looked at.
  for (sys::fd file; number + 2 < first; ++number)
    require(sys::open(root, O_TMPFILE | O_WRONLY, 0600, file), "using up inode numbers");
  nameless(root, number);
  if (number + 1 != first) throw failure("a new tmpfs counts its inodes in an unexpected way");
}

}  // namespace ovlsim::live
