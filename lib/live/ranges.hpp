// SPDX-License-Identifier: Apache-2.0
//
// Inode numbers. In a comparison equal numbers must mean one identity, so every writable filesystem of a scenario counts from
// a number of its own. How the numbers below are taken away without a trace in the tree (an empty root with two links) is each
// filesystem's own story. The numbers of the roots stay what they always are, and the images that mksquashfs, mkerofs and
// mke2fs make are numbered by those, from small numbers.
#pragma once

#include <cstdint>
#include <string>

#include "live/disk.hpp"

namespace ovlsim::live {

/// The first number for the `slot`-th mkfs of a scenario (from 0). tmpfs has to count through the numbers below, at 15 us
/// each, in every scenario: it gets the small ones. ext4 has 32,768 inodes in a group, all told. After 28 they repeat.
constexpr std::uint32_t first_number(fs_type type, int slot) {
  const auto k = static_cast<std::uint32_t>(slot % 28);
  return type == fs_type::tmpfs ? 300 * (k + 1) : 4000 + 1000 * k;
}

/// An empty `base` (ext4, xfs, btrfs as images.cpp makes them) that counts from `first`. `scratch` is an empty directory.
disk counting_from(std::uint32_t first, fs_type type, const disk& base, const std::string& scratch);

/// The same for the tmpfs mounted at `root`.
void count_tmpfs_from(std::uint32_t first, const std::string& root);

}  // namespace ovlsim::live
