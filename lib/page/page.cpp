// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/page.hpp"

#include "page/story_json.hpp"
#include "page/template.hpp"

namespace ovlsim {

std::string to_page(std::span<const scenario> stories, std::span<const page_rules> rules) {
  const std::string data = paging::stories_as_json(stories, rules);
  if (data.empty()) return {};
  const std::string title = stories.size() == 1 ? paging::name_of(stories.front()) : "Stories of overlayfs";
  return paging::filled({"story", "h1", title, "", data, ""});
}

}  // namespace ovlsim
