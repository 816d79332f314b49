// SPDX-License-Identifier: Apache-2.0
//
// Arbitrary commands for the tests of the language: every verb, odd bytes wherever bytes may stand. They are not
// stories (see lib/random for those): nothing of what they say needs to make sense.
#pragma once

#include <rapidcheck.h>

#include <string>

#include "ovlsim/outcome.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::testing {

/// Any bytes, with a liking for those that text formats stumble over.
rc::Gen<std::string> odd_bytes();

/// The same without NUL: names, targets.
rc::Gen<std::string> odd_name();

/// A command on the names that text_around() makes known.
rc::Gen<command> any_command();

/// A scenario text in which `line` is the line number `line_of_interest`, and which makes and mounts all names that
/// any_command() uses.
std::string text_around(const std::string& line);
inline constexpr int line_of_interest = 3;

/// An answer with any status, fields and log.
rc::Gen<outcome> any_outcome();

}  // namespace ovlsim::testing
