// SPDX-License-Identifier: Apache-2.0
//
// trusted.overlay.redirect and trusted.overlay.metacopy as lookup reads them (ovl_check_redirect, ovl_check_metacopy_xattr). Default
// mounts follow redirects that they find, whoever left them there.
#pragma once

#include <string>
#include <string_view>

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// The component of the name (or absolute path) that is being looked up.
struct redirect_position {
  std::size_t begin = 0;
  std::size_t length = 0;
};

struct redirect_found {
  bool found = false;
  bool absolute = false;
  std::string name;  ///< what to look up instead: the component replaced, or all of it by an absolute path
};
result<redirect_found> check_redirect(context& c, const mounted& o, const real& r, std::string_view name, const redirect_position& at);

/// ovl_set_redirect(): stores where the lower of `d` is, relative to the directory in which it stays or as a path from the root, before
/// the upper is moved or linked. EXDEV where the path is too long: user space copies instead.
errc set_redirect(context& c, mounted& o, std::uint32_t d, bool same_dir);

/// Under a candidate policy the same for any copied-up non-directory. One whose path leads to nothing now, or is too long, loses its origin.
void remember_lower(context& c, mounted& o, std::uint32_t d, bool same_dir);

/// Whether the regular file `r` holds metadata only; EIO for an xattr that says neither.
result<bool> check_metacopy(context& c, const mounted& o, const real& r, std::string_view name);

}  // namespace ovlsim::overlay
