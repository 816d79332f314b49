// SPDX-License-Identifier: Apache-2.0
//
// Listing a directory: which names, and which d_ino (fs/overlayfs/readdir.c).
#pragma once

#include <vector>

#include "overlay/dcache.hpp"
#include "overlay/real.hpp"

namespace ovlsim::overlay {

/// ovl_iterate(): the entries in the order in which they are emitted. Looking names up for their d_ino fills the dentry cache, as
/// it does in the kernel, and an entry whose lookup fails is dropped (and the log says why). `end`: the error that cut the
/// listing short, where somebody asks.
result<std::vector<answer::entry>> list(context& c, mounted& o, std::uint32_t d, errc* end = nullptr);

/// The same with `.` and `..`, as an overlay of which this one is a layer reads it: the first error is the answer.
result<dir_entries> iterate(context& c, mounted& o, std::uint32_t d);

/// ovl_dir_cache_free(): forgets what is cached of the directory whose overlay inode has that slot.
void drop_impure_cache(mounted& o, std::uint32_t slot);

}  // namespace ovlsim::overlay
