// SPDX-License-Identifier: Apache-2.0
//
// File handles of the overlay itself, with nfs_export=on (fs/overlayfs/export.c): which real inode a handle names, and how the overlay
// finds its way back from there.
#pragma once

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// ovl_encode_fh(): fills in type and bytes of a handle for dentry `d`. It names the lower inode of what is indexed or has no upper, so
/// that it stays what it is through copy-up. A directory may be copied up on the way; EOVERFLOW where that fails.
errc encode_fh(context& c, mounted& o, std::uint32_t d, taken_handle& handle);

/// ovl_fh_to_dentry(): the dentry that a handle leads to; a file that no path has led to gets one without a name. Whatever goes wrong, a
/// user sees ESTALE.
result<std::uint32_t> decode_fh(context& c, mounted& o, const taken_handle& handle);

}  // namespace ovlsim::overlay
