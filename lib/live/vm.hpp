// SPDX-License-Identifier: Apache-2.0
//
// A virtual machine that runs: QEMU, the pipe to the worker in it, and the last of what its console said.
#pragma once

#include <string>

#include "live/syscalls.hpp"
#include "live/vm_image.hpp"

namespace ovlsim::live {

/// The last of what a console said. Somebody must read it, or the machine waits.
class console {
 public:
  console() = default;
  explicit console(sys::fd from) : from_(std::move(from)) {}

  /// Reads until there is something to read from `pipe`; EAGAIN when nothing came for so long.
  errc wait_for(const sys::fd& pipe, int seconds);
  /// Reads what is there still.
  void drain();
  /// What is worth showing of it.
  [[nodiscard]] std::string tail() const;

 private:
  void take();
  sys::fd from_;
  std::string text_;
};

struct running_vm {
  int process = -1;  ///< QEMU's
  sys::fd pipe;
  console log;
};

/// Starts it; the worker says hello in some seconds. Throws failure().
running_vm start_vm(const vm_image& image);

std::string missing_for_vm();

}  // namespace ovlsim::live
