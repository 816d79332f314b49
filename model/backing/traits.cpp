// SPDX-License-Identifier: Apache-2.0
//
// The table behind traits.hpp. Sources: each filesystem's super_operations, export_operations and statfs in Linux 6.18. What
// other kernels have otherwise is asked when a filesystem is made (give_features).
#include "backing/traits.hpp"

namespace ovlsim::backing {

const traits& traits_of(fs_type type) {
  static constexpr traits ext4{
      .reuses_numbers = true, .lists = listing_order::by_hash, .tmpfile_in_removed = errc::eperm};  // ext4_new_inode()
  static constexpr traits xfs{.reuses_numbers = true, .frees_late = true, .rename_over_full = errc::eexist};
  static constexpr traits btrfs{.counts_subdirs = false, .keeps_place = false};
  static constexpr traits tmpfs{.keeps_place = false, .has_image = false, .lists = listing_order::dots_newest_first};
  static constexpr traits squashfs{.read_only = true, .lists = listing_order::dots_by_name, .namelen = 256};
  static constexpr traits erofs{.read_only = true, .lists = listing_order::by_name};
  switch (type) {
    case fs_type::ext4: return ext4;
    case fs_type::xfs: return xfs;
    case fs_type::btrfs: return btrfs;
    case fs_type::tmpfs: return tmpfs;
    case fs_type::squashfs: return squashfs;
    case fs_type::erofs: return erofs;
  }
  return ext4;
}

listing_order listing_order_of(const filesystem& fs) {
  return fs.oldest_first ? listing_order::dots_oldest_first : traits_of(fs).lists;
}

handle_class handles_of(const filesystem& fs) {
  switch (fs.type) {
    case fs_type::squashfs: return fs.exports ? handle_class::ino32 : handle_class::none;
    case fs_type::ext4: return handle_class::ino32;
    case fs_type::erofs:
      if (!fs.exports) return handle_class::none;
      return fs.ino64_handles ? handle_class::other : handle_class::ino32;
    case fs_type::xfs:
    case fs_type::btrfs:
    case fs_type::tmpfs: return handle_class::other;
  }
  return handle_class::none;
}

bool has_null_uuid(const filesystem& fs) { return fs.id == uuid{}; }

}  // namespace ovlsim::backing
