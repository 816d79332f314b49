// SPDX-License-Identifier: Apache-2.0
//
// The one root filesystem of a virtual machine: this program, the tools that scenarios run, their libraries, and modules.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ovlsim/command.hpp"

namespace ovlsim::live {

/// In which order modules are loaded, by name. What is in several lists is loaded once.
struct guest_modules {
  std::vector<std::string> at_boot;
  std::map<fs_type, std::vector<std::string>> by_type;  ///< when a scenario first wants one: btrfs and xfs take a second each
  std::map<std::string, std::string> bytes;
};

// Where things are in it.
inline constexpr const char* guest_program = "/usr/bin/ovlsim";
inline constexpr const char* boot_mark = "/ovlsim-vm";  ///< an executable that is empty: no other machine has it
std::string module_file(const std::string& name);
inline constexpr const char* boot_module_list = "/modules/at-boot.list";  ///< names, a line each
std::string module_list(fs_type type);

/// The archive. `program` becomes `guest_program`. Throws failure() where a file cannot be read; a tool that is not installed is
/// left out.
std::string make_initramfs(const std::string& program, const guest_modules& modules);

}  // namespace ovlsim::live
