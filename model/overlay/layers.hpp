// SPDX-License-Identifier: Apache-2.0
//
// The layers of a mount: which filesystems they lie on, whose UUIDs can be trusted, how st_ino is shared out (ovl_get_layers,
// ovl_get_fsid, ovl_lower_dir).
#pragma once

#include "overlay/mount.hpp"

namespace ovlsim::overlay {

/// Another mounted overlay has this directory as its upper or work directory (I_OVL_INUSE).
bool is_in_use(const world& w, const real& dir);
/// ovl_report_in_use(): a directory that another mount uses: EBUSY with index=on, else a warning.
errc report_in_use(context& c, const mounted& o, std::string_view what);

/// ovl_lower_dir(): what a filesystem without file handles costs.
void check_lower_handles(context& c, mounted& o, const layer_dir& lower);

/// ovl_get_layers(): fills `sbs` and `layers`, settles xino.
errc get_layers(context& c, mounted& o, const mount_request& request);

/// ovl_check_overlapping_layers().
errc check_overlapping_layers(context& c, const mounted& o);

/// A directory of a layer as `%pd2` prints it.
std::string layer_pd2(const world& w, const real& dir);

/// The same for a dentry of a layer's filesystem (dirent::dentry), hashed or not; only the log asks, so that a search is cheap enough.
std::string dentry_pd2(const world& w, std::uint32_t fs, backing::dentry_id dentry);

}  // namespace ovlsim::overlay
