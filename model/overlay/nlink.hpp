// SPDX-License-Identifier: Apache-2.0
//
// Link counts: what an overlay inode shows while it is indexed, and the xattr that keeps it (fs/overlayfs/inode.c).
#pragma once

#include <optional>

#include "overlay/inode_cache.hpp"

namespace ovlsim::overlay {

/// ovl_get_nlink(): the union of upper and lower links that an index entry records, where the kernel's rule reads it; else
/// `fallback`. An `error` is for the log: what is recorded makes no sense, or nothing is.
struct recorded_nlink {
  std::uint32_t nlink = 0;
  std::optional<int> error;
};
recorded_nlink get_nlink(context& c, const mounted& o, const inode_params& p, std::uint32_t fallback);

/// ovl_set_nlink_upper(), ovl_set_nlink_lower(): records the overlay's link count relative to that of the real inode.
errc set_nlink_upper(context& c, const mounted& o, const inode& i);
errc set_nlink_lower(context& c, const mounted& o, const inode& i);

/// ovl_drop_nlink(): one less, but not below the names that the cache knows.
void drop_nlink(mounted& o, std::uint32_t d);

}  // namespace ovlsim::overlay
