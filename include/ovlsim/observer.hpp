// SPDX-License-Identifier: Apache-2.0
//
// Who watches apply(): each decision is told as it is taken, with its question, its answer and the name of the rule that gave it.
// Narration, coverage of decisions and the difference between two kernels all come from these records. Without an observer
// nothing is recorded and nothing is paid.
#pragma once

#include <string_view>

#include "ovlsim/decisions.hpp"

namespace ovlsim {

class observer {
 public:
  virtual ~observer() = default;

  /// `rule` is the name of the rule that answered. The command is not over: who wants the world copies it after apply().
  virtual void decided(std::string_view rule, const decision& what) = 0;
};

}  // namespace ovlsim
