// SPDX-License-Identifier: Apache-2.0
//
// A virtual machine that runs: QEMU, without hardware to help it unless OVLSIM_VM_ACCEL says `kvm`.
#pragma once

#include <string>

#include "live/console.hpp"
#include "live/syscalls.hpp"
#include "live/vm_image.hpp"

namespace ovlsim::live {

struct running_vm {
  int process = -1;  ///< QEMU's
  sys::fd pipe;      ///< to the worker
  console output;    ///< of the console, and of QEMU itself
};

/// Starts it. The worker in it says hello in some seconds. Throws failure().
running_vm start_vm(const vm_image& image);

/// The program, from OVLSIM_QEMU, or the usual one.
std::string qemu();

}  // namespace ovlsim::live
