// SPDX-License-Identifier: Apache-2.0
//
// What stops a whole run: a tool that crashed, no loop device left. It is no answer of the kernel to the scenario, so it is
// not an outcome; it is thrown inside the worker, caught where a run ends, and reported as `result::error`.
#pragma once

#include <stdexcept>
#include <string>

#include "ovlsim/errc.hpp"

namespace ovlsim::live {

struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A tool that will not make an image of this tree (mkfs.erofs of a name of 255 bytes): an answer, EINVAL, and no failure of ours.
struct refusal : failure {
  using failure::failure;
};

/// Throws unless `answer` is ok: "`what`: No space left on device".
void require(errc answer, const std::string& what);

/// The text of an errno, ours to name or not.
std::string words(errc answer);

}  // namespace ovlsim::live
