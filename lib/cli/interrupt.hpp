// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C of what has something to tell when it is ended early.
#pragma once

#include <atomic>

namespace ovlsim::cli {

/// From now on an interrupt sets this, and ends what the live kernel is at work on (that run has an error); the next one ends the program.
const std::atomic<bool>& interrupted();

}  // namespace ovlsim::cli
