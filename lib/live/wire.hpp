// SPDX-License-Identifier: Apache-2.0
//
// Commands and outcomes as bytes, for the pipe between a session and its worker. The two ends are one program, so there is no
// version and no byte order; any value comes out as it went in, whatever bytes its strings hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/command.hpp"
#include "ovlsim/outcome.hpp"

namespace ovlsim::live::wire {

/// What a worker is asked to do.
struct batch {
  std::vector<command> commands;
  std::vector<std::string> wanted_log;  ///< by command: part of a line of the kernel log that must not be swallowed, or nothing
};

std::string pack(const batch& b);
/// false where the bytes are not what pack() makes.
bool unpack(std::string_view bytes, batch& b);

std::string pack(const outcome& o);
bool unpack(std::string_view bytes, outcome& o);

}  // namespace ovlsim::live::wire
