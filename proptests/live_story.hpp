// SPDX-License-Identifier: Apache-2.0
//
// A story for a session of the live kernel, from its text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "ovlsim/scenario.hpp"

namespace ovlsim::live {

/// A scenario error is a failure of the test.
inline scenario parse(const std::string& text) {
  parsed_scenario p = parse_scenario(text, "test.ovl");
  for (const scenario_error& e : p.errors) ADD_FAILURE() << to_string(e);
  return std::move(p.value);
}

}  // namespace ovlsim::live
