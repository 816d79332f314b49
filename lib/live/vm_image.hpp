// SPDX-License-Identifier: Apache-2.0
//
// What a virtual machine boots: a kernel, and a root filesystem with its modules, this program and the tools that it runs. Both
// are files in memory, so that nothing is left behind.
#pragma once

#include <set>
#include <string>

#include "live/syscalls.hpp"
#include "ovlsim/command.hpp"

namespace ovlsim::live {

struct vm_image {
  std::string release;      ///< what `uname -r` says there
  sys::fd kernel;
  sys::fd initramfs;
  std::set<fs_type> lacks;  ///< filesystems that this kernel does not have
};

/// `place` is a package or a directory as kernel_package takes it, `program` what runs there as the first process. Throws
/// failure() with what is missing and what to do.
vm_image make_vm_image(const std::string& place, const std::string& program);

}  // namespace ovlsim::live
