// SPDX-License-Identifier: Apache-2.0
//
// The kernel log: which lines of overlayfs came since a moment. There is one log for the whole machine, so runs that read it
// take turns; other users of overlayfs at the same time cannot be told apart.
#pragma once

#include <string>
#include <vector>

#include "live/syscalls.hpp"

namespace ovlsim::live {

class kernel_log {
 public:
  kernel_log();

  void start();                           ///< what came before is none of ours
  std::vector<std::string> lines();       ///< what came since, each beginning with `overlayfs:`

  /// Its descriptor, by which the lock of a turn goes on in a process that has it too.
  [[nodiscard]] int device() const { return device_.get(); }

  /// The kernel prints ten lines of a kind in five seconds and swallows the rest, whoever caused them. Waits until a line
  /// that contains `part` would be printed: some seconds when there have been many, no time else.
  void wait_for_room(const std::string& part);

  /// Until the turn ends no other process has one. Says on standard error that it waits, the first time.
  class turn {
   public:
    explicit turn(kernel_log& log);
    ~turn();
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

   private:
    kernel_log& log_;
  };

 private:
  sys::fd device_;
  bool has_waited_ = false;
};

}  // namespace ovlsim::live
