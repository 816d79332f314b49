// SPDX-License-Identifier: Apache-2.0
//
// The first, and only, root filesystem of a virtual machine: this program, the tools that scenarios run, their libraries, and modules.
#pragma once

#include <string>
#include <vector>

#include "live/modules.hpp"

namespace ovlsim::live {

struct boot_modules {
  std::vector<module_set::module> order;  ///< in which they are loaded
};

/// Where things are in it.
inline constexpr const char* guest_program = "/usr/bin/ovlsim";
inline constexpr const char* guest_modules = "/modules";        ///< a directory of files
inline constexpr const char* guest_module_list = "/modules.list";  ///< their names in the order to load them

/// The archive. `program` is what runs there as the first process. Throws failure() where a tool or a library is not there.
std::string make_initramfs(const std::string& program, const boot_modules& modules);

}  // namespace ovlsim::live
