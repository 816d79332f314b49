// SPDX-License-Identifier: Apache-2.0
//
// What this program is inside of a virtual machine: its first process.
#pragma once

namespace ovlsim::live {

/// The argument that it is started with there.
inline constexpr const char* guest_argument = "vm-guest";

/// Makes the machine ready, says hello, works until the worker ends, and resets the machine. Returns where this is not the first
/// process of such a machine.
void serve_as_guest() noexcept;

}  // namespace ovlsim::live
