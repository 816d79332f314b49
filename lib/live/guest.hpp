// SPDX-License-Identifier: Apache-2.0
//
// What this program is inside of a virtual machine: the first process.
#pragma once

#include <string>

namespace ovlsim::live {

/// The name that QEMU gives the port, and the device where the guest finds it (there is but one).
inline constexpr const char* guest_port = "/dev/vport0p1";

/// Makes the machine ready, says so, works until the worker ends, and resets the machine.
[[noreturn]] void serve_as_guest() noexcept;

}  // namespace ovlsim::live
