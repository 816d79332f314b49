// SPDX-License-Identifier: Apache-2.0
//
// What a machine must have for a scenario to run on its kernel, and how to get what it has not. (For the kernel of this machine it
// is missing() in ovlsim/live.hpp.)
#pragma once

#include <set>
#include <string>

#include "live/vm_image.hpp"
#include "ovlsim/command.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::live {

/// The filesystems that a command makes an image of: one, or none.
std::set<fs_type> image_types_of(const command& c);

// As missing(), for a virtual machine: what this machine lacks, and what the kernel there does.
std::string missing_for_vm(const std::string& qemu, const scenario* s);
std::string missing_in(const vm_image& image, const scenario* s);

}  // namespace ovlsim::live
