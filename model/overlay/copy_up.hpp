// SPDX-License-Identifier: Apache-2.0
//
// Copy-up: how a lower object gets its upper (fs/overlayfs/copy_up.c).
#pragma once

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// What the caller is about to do, as far as copy-up cares.
enum class copy_up_for : std::uint8_t {
  metadata,  ///< chmod, rename, link...: with metacopy=on the data may stay below
  data,      ///< open for writing, truncate
  truncate,  ///< open with O_TRUNC: the data need not be copied
};

/// ovl_copy_up_flags(): copies up `d`, and every ancestor that has no upper yet, from the top down. Nothing happens when it has
/// an upper under this very name already.
errc copy_up(context& c, mounted& o, std::uint32_t d, copy_up_for why);

}  // namespace ovlsim::overlay
