// SPDX-License-Identifier: Apache-2.0
//
// What page.js reads: stories, their runs, and their pictures as differences from step to step.
#pragma once

#include <span>
#include <string>

#include "ovlsim/page.hpp"

namespace ovlsim::paging {

/// `00-collision` of `examples/00-collision.ovl`.
std::string name_of(const scenario& s);

/// One JSON object for all stories; empty where none has a command. Safe between the tags of a script element.
std::string stories_as_json(std::span<const scenario> stories, std::span<const page_rules> rules);

}  // namespace ovlsim::paging
