// SPDX-License-Identifier: Apache-2.0
//
// The text of a lesson, taken apart at its headings.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "ovlsim/page.hpp"
#include "page/links.hpp"

namespace ovlsim::paging {

struct lesson_text {
  std::string title;
  std::set<std::string> parts;  ///< the addresses of its headings
  text_tree body;               ///< with the title
  text_tree question;           ///< these without their headings
  text_tree answer;
  text_tree behind;  ///< what the author shows to everybody below the answer
};

/// What is wrong with it is added to `errors`.
lesson_text parts_of(const lesson& l, std::vector<std::string>& errors);

}  // namespace ovlsim::paging
