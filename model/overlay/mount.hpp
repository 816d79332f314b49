// SPDX-License-Identifier: Apache-2.0
//
// Mounting and unmounting (fs/overlayfs/super.c).
#pragma once

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// A directory that a mount option names, resolved.
struct layer_dir {
  real dir;
  std::string text;  ///< as the administrator wrote it, for the log
};

/// What ovl_parse_param() has collected: options as given, directories resolved.
struct mount_request {
  std::vector<layer_dir> lower;
  std::optional<layer_dir> upper;
  std::optional<layer_dir> work;
  const mount_options& options;
};

/// ovl_parse_layer(): the directory that a mount option names; what stands at the end of the path is followed.
result<layer_dir> resolve_layer(context& c, const path& p, bool upper);

/// ovl_fill_super(): mounts under `name`. What a failing mount did to the upper before it failed stays done.
errc mount(context& c, std::string_view name, const mount_request& request);

/// Takes the overlay at `index` away. No file of it is open.
void unmount(context& c, std::uint32_t index);

/// An overlay that is mounted uses this backing filesystem as a layer.
bool uses(const world& w, std::uint32_t fs);

}  // namespace ovlsim::overlay
