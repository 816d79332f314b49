// SPDX-License-Identifier: Apache-2.0
//
// Layer directories as mount options name them (fs/overlayfs/params.c). What the option parser itself refuses goes to the log of the
// mount call, with the prefix `overlay:`, not to the lines of overlayfs.
#include "backing/traits.hpp"
#include "overlay/log.hpp"
#include "overlay/mount.hpp"
#include "vfs/walk.hpp"

namespace ovlsim::overlay {

result<layer_dir> resolve_layer(context& c, const path& p, bool upper) {
  const std::string text = p.fs + ":" + p.rest;
  const result<vfs::node> found = vfs::resolve(c, p, true);
  if (!found) {
    log::failed_to_resolve(c, text, found.error);
    return found.error;
  }
  if (!vfs::is_dir(c, found.value) || found.value.on_overlay) return errc::einval;
  const real dir{found.value.where, found.value.ino};
  if (upper && backing::traits_of(*c.w.filesystems[dir.fs]).read_only) return errc::einval;
  return layer_dir{dir, text};
}

}  // namespace ovlsim::overlay
