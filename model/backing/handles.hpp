// SPDX-License-Identifier: Apache-2.0
//
// File handles of the backing filesystems: what exportfs_encode_fh() makes of an inode without its parent, and what
// exportfs_decode_fh() finds for one.
#pragma once

#include <boost/container/static_vector.hpp>

#include "ovlsim/world.hpp"

namespace ovlsim::backing {

struct file_handle {
  std::uint8_t type = 0;                                  ///< enum fid_type
  boost::container::static_vector<std::uint8_t, 20> fid;  ///< as the kernel lays it out on a little-endian machine
};

/// The handle of `i`; type 0 where the filesystem makes none.
file_handle encode(const filesystem& fs, const inode& i);

/// The inode that the handle means now, null when it is stale. Any bytes are allowed.
const inode* decode(const filesystem& fs, std::uint8_t type, const char* fid, std::size_t length);

}  // namespace ovlsim::backing
