// SPDX-License-Identifier: Apache-2.0
//
// Addresses within the site of a course: of its pages, and of the parts of a text, which are its headings.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "page/markdown.hpp"

namespace ovlsim::paging {

/// `a%20b` and `a%20b.html` for the page `a b`.
std::string encoded(std::string_view page);
std::string address_of(std::string_view page);

/// Gives each heading an address as GitHub does: its words in small letters with `-` for blanks, and a number where that is taken. Adds them
/// to `taken`.
void name_headings(cmark_node* text, std::set<std::string>& taken);

/// The pages of a site with the parts that links may lead to.
class site_map {
 public:
  void add(std::string page, std::set<std::string> parts, std::size_t steps) { pages_[std::move(page)] = {std::move(parts), steps}; }

  /// Links to the texts of lessons become links to their pages, and one to README.md leads to the list of lessons. A link to a text that
  /// is none of them, or to a part that a page does not have, is an error, as it would lead nowhere. Links to anything else stay.
  void lead_to_pages(cmark_node* text, const std::string& page, std::vector<std::string>& errors) const;

 private:
  struct known_page {
    std::set<std::string> parts;
    std::size_t steps = 0;  ///< of its story, which have addresses as well: `step-3`
  };
  std::map<std::string, known_page> pages_;
};

/// The page of the list of lessons; its text is README.md.
inline constexpr std::string_view list_of_lessons = "index";

/// `01-a.md`, the text of a page.
std::string text_of(std::string_view page);

}  // namespace ovlsim::paging
