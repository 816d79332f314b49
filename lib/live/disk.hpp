// SPDX-License-Identifier: Apache-2.0
//
// Disk images as bytes: copied in and out of memory files without their holes, and the few places of ext4, xfs and btrfs
// that are written to directly. A copy of a formatted image costs a hundredth of running mkfs again, but a filesystem needs
// a UUID of its own (overlayfs looks at it), so the UUID is written into the copy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "live/syscalls.hpp"
#include "ovlsim/command.hpp"

namespace ovlsim::live {

/// A sparse image: the stretches that hold data, in order.
struct disk {
  struct piece {
    std::uint64_t offset = 0;
    std::string bytes;
  };
  std::uint64_t size = 0;
  std::vector<piece> pieces;
};

/// An image of so many bytes, all of them zero. Its name tells which process has it, for those who look at loop devices.
sys::fd blank(std::uint64_t size);
std::string image_name(int process);

disk take(const sys::fd& image);          ///< image to bytes
sys::fd put(const disk& d);               ///< bytes to an image
sys::fd copy(const sys::fd& image);

uuid random_uuid();
std::string to_string(const uuid& id);

/// Gives the image another UUID, without a trace of the one that it had.
void set_uuid(const sys::fd& image, fs_type type, const uuid& id);

/// ext4 of one group, without checksums: inode numbers below `first` are in use from now on, and nothing shows them.
void use_up_ext4(const sys::fd& image, std::uint32_t first);

/// btrfs: the one file that is waiting to be removed as an orphan takes the number `number`, and waits for ever: the note
/// that it is to be removed goes on naming the number that it had.
void hide_btrfs_orphan(const sys::fd& image, std::uint64_t number);

/// xfs: the root directory (inode `root`, short form) is empty from now on; what was in it stays allocated.
void empty_xfs_root(const sys::fd& image, std::uint64_t root);

}  // namespace ovlsim::live
