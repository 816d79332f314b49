// SPDX-License-Identifier: Apache-2.0
//
// Stories as pages to step through: one HTML file each, which needs no network and no other file. The story, the picture of the current
// step (draw.hpp) and its explanation (explain.hpp) beside each other; under two kernels or policies, both at once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/kernel.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim {

/// Rules under which a page tells its stories, by the name that readers see.
struct page_rules {
  std::string name;  ///< `6.18`, `6.18:nofollow`
  kernel rules;
};

/// A page with these stories, each under all of `rules` (one or two). With two, the answers are held against each other as
/// compare_runs() does. A story without a command is left out; without any other the result is empty. Deterministic.
std::string to_page(std::span<const scenario> stories, std::span<const page_rules> rules);

/// A lesson of a course: a story, and a text about it in CommonMark. The text's title is its first heading of the first level. The section
/// `## Question` ends with the section `## Answer`, and that with the next heading of the second level or the first; what is behind it is
/// shown to everybody. Raw HTML in it is left out.
struct lesson {
  std::string name;  ///< of its page, without `.html`: `02-whiteouts`; of any characters, which are encoded in addresses
  scenario story;
  std::string text;
};

struct site_file {
  std::string name;  ///< within the directory of the site
  std::string text;
};
struct site {
  std::vector<site_file> files;     ///< complete only when there is no error
  std::vector<std::string> errors;  ///< what is wrong with a lesson, by its file (and line), and the cure
};

/// A page for each lesson, with its text, its story under `rules` and the answer hidden until somebody asks for it; and index.html, which
/// opens with `introduction` (CommonMark) up to its first table (as GitHub has them) and names the lessons, with the last cell of the
/// table's row that links to a lesson's text. A link to the text of a lesson (`NAME.md`, `NAME.md#heading`, `#heading`, `#step-3`) leads to
/// its page, one to README.md to the list; where there is no such lesson or heading it is an error. Headings have the addresses that
/// GitHub gives them. Links to anything else stay as they are.
site course_site(std::span<const lesson> lessons, const page_rules& rules, std::string_view introduction);

}  // namespace ovlsim
