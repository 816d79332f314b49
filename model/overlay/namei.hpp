// SPDX-License-Identifier: Apache-2.0
//
// Lookup of one name in an overlay (fs/overlayfs/namei.c: ovl_lookup and what it calls).
#pragma once

#include <optional>
#include <string_view>

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// The dentry of `name` below directory dentry `parent`, from the cache or looked up in the layers; negative where there is
/// nothing. ENAMETOOLONG, ESTALE, EIO, EPERM, ELOOP or EINVAL when the lookup fails: nothing is cached then.
result<std::uint32_t> lookup(context& c, mounted& o, std::uint32_t parent, name_id name);

/// The same for a name that is not cached, and that has no `id` yet if no file ever had it.
result<std::uint32_t> lookup_slow(context& c, mounted& o, std::uint32_t parent, std::string_view name,
                                  std::optional<name_id> id);

/// ovl_dentry_revalidate(), as far as a candidate policy has something to say: no modelled layer has a d_revalidate of its own.
bool revalidate(context& c, const mounted& o, std::uint32_t d);
inline bool is_valid(context& c, const mounted& o, std::uint32_t d) { return !o.bad_origin || revalidate(c, o, d); }

/// ovl_lower_positive(): does something in the lower layers have the dentry's name, so that removing it needs a whiteout?
bool lower_positive(const context& c, const mounted& o, std::uint32_t d);

/// ovl_path_is_whiteout(): a character device 0/0, or an empty regular file with trusted.overlay.whiteout.
bool is_whiteout(const world& w, const mounted& o, const real& r);

}  // namespace ovlsim::overlay
