// SPDX-License-Identifier: Apache-2.0
//
// What each backing filesystem can and cannot do, as the kernel's own tables of operations say it.
#pragma once

#include "ovlsim/world.hpp"

namespace ovlsim::backing {

/// In which order readdir emits the entries of a directory, and where `.` and `..` stand: `dots_...` first, else in the order.
enum class listing_order : std::uint8_t { by_name, by_hash, dots_by_name, dots_oldest_first, dots_newest_first };

struct traits {
  bool read_only = false;          ///< mounted read-only, always
  bool counts_subdirs = true;      ///< st_nlink of a directory is 2 + subdirectories; btrfs says 1
  bool reuses_numbers = false;     ///< a freed inode number is given again, the lowest first
  bool frees_late = false;         ///< ... but not within the system call that freed it
  bool keeps_place = true;         ///< a name that is exchanged or renamed over stays where it is in the listing
  bool has_image = true;           ///< lies in a file that can be copied byte for byte
  listing_order lists = listing_order::dots_oldest_first;
  errc tmpfile_in_removed = errc::ok;       ///< O_TMPFILE in a removed directory
  errc rename_over_full = errc::enotempty;  ///< rename over a directory that is not empty; xfs_rename() says EEXIST
  std::uint32_t namelen = 255;     ///< statfs's f_namelen; a longer name is ENAMETOOLONG
};

const traits& traits_of(fs_type type);
inline const traits& traits_of(const filesystem& fs) { return traits_of(fs.type); }

/// traits::lists, unless the kernel has it otherwise.
listing_order listing_order_of(const filesystem& fs);

/// How the filesystem makes file handles, as ovl_can_decode_fh() sees it.
enum class handle_class : std::uint8_t {
  none,   ///< it has no export operations: handles cannot be made or decoded
  ino32,  ///< the kernel's default encoding, FILEID_INO32_GEN: inode numbers fit in 32 bits
  other,  ///< an encoding of its own
};
handle_class handles_of(const filesystem& fs);

bool has_null_uuid(const filesystem& fs);

}  // namespace ovlsim::backing
