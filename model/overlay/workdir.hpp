// SPDX-License-Identifier: Apache-2.0
//
// The workdir: `<workdir>/work` is made anew by every mount (ovl_get_workdir, ovl_workdir_create).
#pragma once

#include "overlay/mount.hpp"

namespace ovlsim::overlay {

/// Sets o.workbasedir and o.workdir; leaves o.workdir 0 where the directory cannot be made, which makes the mount read-only.
errc get_workdir(context& c, mounted& o, const layer_dir& upper, const layer_dir& work);

}  // namespace ovlsim::overlay
