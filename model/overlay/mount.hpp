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

/// Options as given, and the directories that they name as far as they are resolved.
struct mount_request {
  const mount_options& options;
  mount_api_answer api{};
  std::vector<layer_dir> lower{};  ///< the data-only layers behind the others
  std::optional<layer_dir> upper{};
  std::optional<layer_dir> work{};
};

/// Mounts under `name`. What a failing mount did to the upper before it failed stays done.
errc mount(context& c, std::string_view name, const mount_options& options);

/// Takes the overlay at `index` away, of which no file is open; or its name only, while it is a layer of another one.
void unmount(context& c, std::uint32_t index);

/// An overlay uses this backing filesystem, or overlay (see layer::fs), as a layer, or its mount has named it as where its workdir is.
bool uses(const world& w, std::uint32_t fs);

}  // namespace ovlsim::overlay
