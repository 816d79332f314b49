// SPDX-License-Identifier: Apache-2.0
//
// The workdir: `<workdir>/work` is made anew by every mount (ovl_get_workdir, ovl_workdir_create).
#pragma once

#include "overlay/mount.hpp"

namespace ovlsim::overlay {

/// What workdir= must be. Sets o.workbasedir.
errc get_workdir(context& c, mounted& o, const layer_dir& upper, const layer_dir& work);

/// ovl_make_workdir(): makes the directory and tries what the upper can do. Sets o.workdir, or leaves it 0 where it cannot be made, which
/// makes the mount read-only.
errc make_workdir(context& c, mounted& o, const layer_dir& work);

/// ovl_workdir_create(): the directory of that name below workdir=, made anew unless it is to `persist`. 0 (and a log line) where it
/// cannot be made.
result<ino_t64> create_in_workbasedir(context& c, mounted& o, const layer_dir& work, std::string_view name, bool persist);

/// What the caller of ovl_cleanup() sees of an error that the log tells.
errc cleanup_error(context& c, errc e);

/// ovl_cleanup(): unlink or rmdir, which fails (and the log says so) on a directory that is not empty.
errc cleanup(context& c, mounted& o, ino_t64 dir, name_id name);

/// ovl_workdir_cleanup(): removes what an earlier mount left, two levels deep.
errc workdir_cleanup(context& c, mounted& o, ino_t64 dir, name_id name, int level);

}  // namespace ovlsim::overlay
