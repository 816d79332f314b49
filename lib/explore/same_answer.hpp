// SPDX-License-Identifier: Apache-2.0
//
// Two answers to one command, of two kernels that are driven alike: the same but for a renaming of numbers that holds all the way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ovlsim/command.hpp"
#include "ovlsim/outcome.hpp"

namespace ovlsim::explore_parts {

/// Numbers that were answered in one place: the first kernel's and the second's. Sorted; none stands on either side twice.
using number_pairs = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

struct same_numbers {
  number_pairs inos;  ///< of all but directories
  number_pairs devs;  ///< since one was given last
  bool operator==(const same_numbers&) const = default;
};

/// The field that differs, `status`, or `log`; empty when none does. Takes in the pairs of numbers.
std::string_view differs(const command& c, const outcome& left, const outcome& right, same_numbers& known);

/// Whether an answer holds what the canonical form renames beside inode numbers: file handles, UUIDs, temporary names.
bool holds_what_is_renamed(const outcome& o);

}  // namespace ovlsim::explore_parts
