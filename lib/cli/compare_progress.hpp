// SPDX-License-Identifier: Apache-2.0
//
// How far a long comparison has come, on standard error: in place on a terminal, elsewhere a line every few seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace ovlsim::cli {

class compare_progress {
 public:
  /// With no stories to count, it is only what takes long that is shown.
  explicit compare_progress(std::uint64_t total);
  ~compare_progress() { clear(); }
  compare_progress(const compare_progress&) = delete;
  compare_progress& operator=(const compare_progress&) = delete;

  /// `doing` is empty, or says what takes long: `making story 17 smaller, 120 runs`.
  void show(std::uint64_t done, int differences, const std::string& doing = "");

  /// Takes the line away, so that a result can be written.
  void clear();

 private:
  using clock = std::chrono::steady_clock;

  std::uint64_t total_;
  bool terminal_;
  bool shown_ = false;
  clock::time_point began_;
  clock::time_point last_;
};

}  // namespace ovlsim::cli
