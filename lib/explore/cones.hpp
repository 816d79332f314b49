// SPDX-License-Identifier: Apache-2.0
//
// Which parts of a world a command can have to do with. The overlays and all that their mounts use (filesystems that may hold file handles
// of one another) belong together; a filesystem that is only copied from is a block of its own. What a command does depends on the blocks
// in its cone alone, and changes no other.
#pragma once

#include <string>
#include <vector>

#include "ovlsim/scope.hpp"

namespace ovlsim::explore_parts {

struct cones {
  std::vector<std::string> filesystems;  ///< their names, in the order in which the setup makes them
  std::vector<std::string> overlays;
  std::vector<std::string> lowers;       ///< filesystems that some mount has as a lower layer
  std::vector<std::string> uppers;       ///< ... or as its upper
  std::vector<std::uint32_t> block_of;   ///< of each filesystem; block 0 is that of the overlays, open files and all else
  std::uint32_t blocks = 1;

  /// The blocks in the cone of a command, ascending.
  std::vector<std::uint32_t> of(const command& c) const;
};

cones cones_of(const scope& s);

}  // namespace ovlsim::explore_parts
