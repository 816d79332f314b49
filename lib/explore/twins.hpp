// SPDX-License-Identifier: Apache-2.0
//
// Kernels that could not be told apart: while one of them is explored, each question that its rules are asked is put to the others,
// too. Those that have answered alike to the end would have led the search the same way, step by step, so its results are theirs.
#pragma once

#include <vector>

#include "ovlsim/kernel.hpp"

namespace ovlsim::explore_parts {

/// One search is watched at a time in a thread, and all of it runs in that thread.
class twins {
 public:
  twins(const kernel& first, const std::vector<kernel>& others);
  ~twins();
  twins(const twins&) = delete;
  twins& operator=(const twins&) = delete;

  /// Answers as `first` does; to be given to explore().
  const kernel& watched() const { return watched_; }
  /// Which of the others have answered alike.
  const std::vector<bool>& alike() const { return alike_; }

 private:
  template <auto Rule, class Question>
  static auto asked(const Question& q);
  template <auto Rule>
  void watch();

  kernel first_;
  const std::vector<kernel>& others_;
  std::vector<bool> alike_;
  kernel watched_;
};

}  // namespace ovlsim::explore_parts
