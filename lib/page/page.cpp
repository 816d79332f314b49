// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/page.hpp"

#include <algorithm>

#include "page/story_json.hpp"
#include "page/template.hpp"

namespace ovlsim {

std::string to_page(std::span<const scenario> stories, std::span<const page_rules> rules) {
  const std::string data = paging::stories_as_json(stories, rules);
  if (data.empty()) return {};
  const bool has_one = stories.size() == 1 && !stories.front().file.empty();
  std::string title = has_one ? stories.front().file.substr(stories.front().file.rfind('/') + 1) : std::string("Stories of overlayfs");
  if (title.ends_with(".ovl")) title.resize(title.size() - 4);
  return paging::filled({"story", "h1", title, "", data, ""});
}

}  // namespace ovlsim
