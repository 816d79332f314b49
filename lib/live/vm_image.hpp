// SPDX-License-Identifier: Apache-2.0
//
// What a virtual machine boots: a kernel, and the first root filesystem with the modules, this program and the tools that it
// runs. Both are files in memory.
#pragma once

#include <string>
#include <vector>

#include "live/syscalls.hpp"

namespace ovlsim::live {

struct vm_image {
  std::string release;                 ///< as `uname -r` says it there
  sys::fd kernel;
  sys::fd root;                        ///< the initramfs
  std::vector<std::string> lacks;      ///< filesystems that this kernel does not have
};

/// From a package or a directory as kernel_package takes it. Throws failure() with what is missing and what to do.
vm_image make_vm_image(const std::string& place, const std::string& program);

}  // namespace ovlsim::live
