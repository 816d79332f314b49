// SPDX-License-Identifier: Apache-2.0
#include "live/failure.hpp"

#include <cstring>

namespace ovlsim::live {

std::string words(errc answer) { return std::strerror(static_cast<int>(answer)); }

void require(errc answer, const std::string& what) {
  if (answer != errc::ok) throw failure(what + ": " + words(answer));
}

}  // namespace ovlsim::live
