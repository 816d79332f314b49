// SPDX-License-Identifier: Apache-2.0
//
// What each backing filesystem can and cannot do, as the kernel's own tables of operations say it.
#pragma once

#include "ovlsim/world.hpp"

namespace ovlsim::backing {

struct traits {
  bool read_only = false;          ///< mounted read-only, always
  bool counts_subdirs = true;      ///< st_nlink of a directory is 2 + subdirectories; btrfs says 1
  bool reuses_numbers = false;     ///< a freed inode number is given again, the lowest first
  bool has_image = true;           ///< lies in a file that can be copied byte for byte
  bool lists_by_name = false;      ///< readdir goes by name; else in order of creation
  std::uint32_t namelen = 255;     ///< statfs's f_namelen; a longer name is ENAMETOOLONG
};

const traits& traits_of(fs_type type);
inline const traits& traits_of(const filesystem& fs) { return traits_of(fs.type); }

/// How the filesystem makes file handles, as ovl_can_decode_fh() sees it.
enum class handle_class : std::uint8_t {
  none,   ///< it has no export operations: handles cannot be made or decoded
  ino32,  ///< the kernel's default encoding, FILEID_INO32_GEN: inode numbers fit in 32 bits
  other,  ///< an encoding of its own
};
handle_class handles_of(const filesystem& fs);

bool has_null_uuid(const filesystem& fs);

}  // namespace ovlsim::backing
