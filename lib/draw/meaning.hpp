// SPDX-License-Identifier: Apache-2.0
//
// What the file handles that are stored in the layers mean now.
#pragma once

#include <string_view>

#include "explain/history.hpp"
#include "ovlsim/draw.hpp"
#include "ovlsim/kernel.hpp"

namespace ovlsim::drawing {

struct meaning {
  scene_arrow::kind what = scene_arrow::kind::dangling;  ///< never `hashed`
  explaining::real_place at;                             ///< number 0: nothing
  bool is_mounted = false;  ///< an overlay has said so; else it is what a mount would find
};

/// Where the story mounts an upper and its workdir, the filesystems of the lower layers that it mounts with them: a handle means what one
/// of them has.
struct lower_candidates {
  std::uint32_t upper_fs = 0;
  ino_t64 upper = 0;  ///< 0: there is no such directory now
  ino_t64 work = 0;
  std::vector<std::uint32_t> lowers;
};

/// The handle `stored` in the xattr `xattr` of the inode `holder`, which `entry` leads to, after step `n`. The overlay that has the inode
/// in its upper layer or its workdir is asked (ovl_check_origin(), ovl_decode_real_fh()); without one, the filesystems of the story's
/// layers.
meaning meaning_of(const explaining::recording& run, const explaining::history& past, std::size_t n, const kernel& k,
                   const std::vector<lower_candidates>& candidates, const explaining::real_place& holder,
                   const backing::dirent& entry, std::string_view xattr, std::string_view stored);

}  // namespace ovlsim::drawing
