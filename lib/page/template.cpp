// SPDX-License-Identifier: Apache-2.0
#include "page/template.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "draw/layout.hpp"
#include "draw/markup.hpp"

namespace ovlsim::paging {

std::string filled(const page_parts& parts) {
  const std::string title = drawing::markup(parts.title);
  const std::string css = std::string(drawing::picture_css()) + std::string(page_css());
  const std::pair<std::string_view, std::string_view> places[] = {
      {"{{kind}}", parts.kind}, {"{{heading}}", parts.heading}, {"{{title}}", title},       {"{{css}}", css},
      {"{{data}}", parts.data}, {"{{before}}", parts.before},   {"{{after}}", parts.after}, {"{{js}}", page_js()},
  };
  std::string page;
  std::string_view left = page_html();
  while (!left.empty()) {
    const std::size_t at = left.find("{{");
    page += left.substr(0, at);
    if (at == std::string_view::npos) break;
    left.remove_prefix(at);
    const auto place = std::find_if(std::begin(places), std::end(places), [left](const auto& p) { return left.starts_with(p.first); });
    const bool is_place = place != std::end(places);
    page += is_place ? place->second : "{{";
    left.remove_prefix(is_place ? place->first.size() : 2);
  }
  return page;
}

}  // namespace ovlsim::paging
