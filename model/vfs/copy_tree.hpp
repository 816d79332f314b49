// SPDX-License-Identifier: Apache-2.0
//
// `cp -a`: a tree copied with modes, owners, hard links and xattrs.
#pragma once

#include "context.hpp"

namespace ovlsim::vfs {

/// EEXIST if the destination exists. An error in the middle (an attribute that the destination refuses) is reported at the end, as
/// cp's exit code is; what could be copied stays.
errc copy_tree(context& c, const path& from, const path& to);

}  // namespace ovlsim::vfs
