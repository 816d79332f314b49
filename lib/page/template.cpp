// SPDX-License-Identifier: Apache-2.0
#include "page/template.hpp"

#include <utility>

#include "draw/layout.hpp"
#include "explain/columns.hpp"

namespace ovlsim::paging {

std::string html(std::string_view text) {
  std::string escaped;
  for (const char c : explaining::harmless(text)) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string filled(const page_parts& parts) {
  const std::string title = html(parts.title);
  const std::string css = std::string(drawing::picture_css()) + std::string(page_css());
  const std::pair<std::string_view, std::string_view> places[] = {
      {"{{kind}}", parts.kind}, {"{{title}}", title},     {"{{css}}", css},       {"{{before}}", parts.before},
      {"{{data}}", parts.data}, {"{{after}}", parts.after}, {"{{js}}", page_js()},
  };
  std::string page;
  std::string_view left = page_html();
  while (!left.empty()) {
    const std::size_t at = left.find("{{");
    page += left.substr(0, at);
    if (at == std::string_view::npos) break;
    left.remove_prefix(at);
    for (const auto& [place, text] : places) {
      if (!left.starts_with(place)) continue;
      page += text;
      left.remove_prefix(place.size());
      break;
    }
  }
  return page;
}

}  // namespace ovlsim::paging
