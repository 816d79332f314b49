// SPDX-License-Identifier: Apache-2.0
//
// The index directory at mount: does it belong to this upper, and this upper to these lowers (fs/overlayfs/super.c)?
#pragma once

#include "overlay/mount.hpp"

namespace ovlsim::overlay {

/// ovl_get_indexdir(): verifies the origin of the upper root, makes or takes over `<workdir>/index`, which becomes the workdir, and
/// removes entries that are stale. ESTALE where upper, lower or index have been exchanged for others; o.workdir is 0 where the
/// directory cannot be made.
errc get_indexdir(context& c, mounted& o, const layer_dir& work);

}  // namespace ovlsim::overlay
