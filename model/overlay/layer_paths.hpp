// SPDX-License-Identifier: Apache-2.0
//
// The directories that mount options name. Which rule of the kernel says when each is looked for: as its option is parsed, or when it
// is needed.
#pragma once

#include "overlay/mount.hpp"

namespace ovlsim::overlay {

/// All of them as ovl_parse_layer() does it, in the order of the options: lowerdir, upperdir, workdir.
errc resolve_all(context& c, mount_request& request);

// One of them as ovl_mount_dir() does it; ok, and nothing done, where resolve_all() has done it already.
errc resolve_upper(context& c, mount_request& request);
errc resolve_work(context& c, mount_request& request);
errc resolve_lower(context& c, mount_request& request, std::size_t n);

/// What workdir= lies on, or `none`. A kernel that has no use for it may never have looked at the path; the language calls what a mount
/// names its backing filesystem all the same.
std::uint32_t work_fs(const context& c, const mount_request& request);

/// The path as the log spells it.
std::string text_of(const path& p);

}  // namespace ovlsim::overlay
