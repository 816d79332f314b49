// SPDX-License-Identifier: Apache-2.0
//
// The parameters of the module overlay, which are one for the whole machine. Whoever has the turn of the kernel log (kmsg.hpp) may set
// them; with the first setting a keeper is started, a process that does nothing but wait for the end of this one, or of the story, and
// then puts them back. It shares the lock of the turn, so nobody else's story begins before they are what they were, even where this
// process is killed.
#pragma once

#include <map>
#include <string>

#include "live/kmsg.hpp"
#include "live/syscalls.hpp"
#include "ovlsim/command.hpp"

namespace ovlsim::live {

class overlay_module {
 public:
  /// ENOENT, with nothing set, where this kernel has not all of them.
  errc set(const module_settings& settings, const kernel_log& turn);

  /// Back to what they were before the first set().
  void restore();

 private:
  struct parameter {
    sys::fd file;
    std::string before;
  };

  void start_keeper(const kernel_log& turn);

  std::map<std::string, parameter> parameters_;  ///< all that this kernel has, once one was set
  sys::fd leash_;                                ///< the keeper waits for its end
  int keeper_ = -1;
};

/// Why they cannot be set here; empty where they can.
std::string missing_for_parameters();

}  // namespace ovlsim::live
