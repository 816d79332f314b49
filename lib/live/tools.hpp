// SPDX-License-Identifier: Apache-2.0
//
// Programs of the system: where they are, and what they make of their input.
#pragma once

#include <string>
#include <vector>

#include "live/syscalls.hpp"

namespace ovlsim::live {

/// Where it is installed, looked for where sys::run() looks; empty where it is not.
std::string find_tool(const std::string& name);

/// What the tool writes to its standard output, in a file in memory. Throws failure() where it fails or is not installed;
/// `package` is the cure for that.
sys::fd output_of(const std::vector<std::string>& tool, const std::string& package, const sys::fd& input = sys::fd());

bool readable(const std::string& path);
/// All bytes of a file. Throws failure().
std::string content_of(const std::string& path);

/// A file in memory with these bytes, to be read from its beginning.
sys::fd in_memory(const std::string& name, const std::string& bytes);

}  // namespace ovlsim::live
