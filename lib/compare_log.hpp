// SPDX-License-Identifier: Apache-2.0
//
// The log lines of one command held against each other. The kernel limits the rate of many: what it left out is no difference.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ovlsim::compare {

/// A line without what differs from run to run: inode numbers, the handles of files, the numbers of temporary names.
std::string without_numbers(const std::string& line);

/// What is wrong with `right` in words, beside what `left` has: a line that `left` lacks, or lines in another order.
struct log_difference {
  std::string left;
  std::string right;
};

/// Nothing when each line of `right` is in `left`, in the same order. Neighbouring lines about entries of the index have none.
std::vector<log_difference> compare_logs(const std::vector<std::string>& left, const std::vector<std::string>& right);

}  // namespace ovlsim::compare
