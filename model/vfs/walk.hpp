// SPDX-License-Identifier: Apache-2.0
//
// Path walking (fs/namei.c): from a path as written to the directory and last component that a system call works on, or to the
// object itself. Paths stay within the filesystem that they name: an absolute symlink begins at its root, and `..` of the root is
// the root.
#pragma once

#include <boost/container/small_vector.hpp>

#include <string>

#include "vfs/node.hpp"

namespace ovlsim::vfs {

/// What the last component is (enum { LAST_NORM, ... }).
enum class last_kind : std::uint8_t { normal, root, dot, dotdot };

/// The directories on the way; few paths are longer than the inline room.
using node_path = boost::container::small_vector<node, 6>;

/// Where filename_parentat() arrives.
struct parent_walk {
  errc error = errc::ok;
  node_path dirs;  ///< from the root to the directory that holds the last component
  std::string last;
  last_kind kind = last_kind::root;
  bool slash = false;      ///< slashes follow the last component
  int links = 0;           ///< symlinks followed so far

  const node& dir() const { return dirs.back(); }
};
parent_walk walk_to_parent(context& c, const path& p);

/// The object that `p` means (path_lookupat); a symlink at its end is followed on demand, or when slashes come after it.
result<node> resolve(context& c, const path& p, bool follow);

/// Goes on from a symlink found as the last component of `w` (whose target is `target`).
parent_walk follow(context& c, parent_walk w, std::string_view target);

}  // namespace ovlsim::vfs
