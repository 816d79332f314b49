// SPDX-License-Identifier: Apache-2.0
//
// Two runs of one scenario held against each other, up to renaming of the numbers that must differ (inode and device
// numbers, UUIDs and generations inside stored handles).
#pragma once

#include <string>
#include <vector>

#include "ovlsim/run.hpp"

namespace ovlsim {

struct difference {
  int line = 0;
  std::string verb;
  std::string what;   ///< `status`, a field, or `log`
  std::string left;   ///< what the first run (the model) answered
  std::string right;  ///< what the second (the live kernel) answered
};

/// Every difference between the two, in order. Inode numbers are renamed over the whole scenario, directories and other files
/// each for themselves; device numbers anew after every mount, umount, mkfs, mksquashfs, mkerofs, mke2fs and clone. A log line
/// that only the left run has is no difference (the kernel limits the rate of some); one that only the right run has is.
///
/// A difference is reported and the walk goes on: a number that contradicts the renaming is reported once, with what it was
/// before (`12, which was 34 at line 7` against `56`), and put up with from then on. Where the statuses differ, fields and log
/// are not compared; the log lines are part of the report.
std::vector<difference> compare_runs(const std::vector<answered>& left, const std::vector<answered>& right);

/// Whether both say that the same verb went wrong in the same way: the same field, or the same two statuses. This is what
/// stays the same while a scenario is made smaller.
bool same_kind(const difference& a, const difference& b);

}  // namespace ovlsim
