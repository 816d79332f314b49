// SPDX-License-Identifier: Apache-2.0
//
// lib/page/page.html, page.css and page.js, which are a part of the library.
#pragma once

#include <string>
#include <string_view>

namespace ovlsim::paging {

std::string_view page_html() noexcept;
std::string_view page_css() noexcept;
std::string_view page_js() noexcept;

/// What page.html has places for. HTML but for the title, which is text.
struct page_parts {
  std::string_view kind;     ///< of the body: its class
  std::string_view heading;  ///< `h1`, or `h2` where `before` has the page's heading
  std::string_view title;
  std::string_view before;
  std::string_view data;
  std::string_view after;
};
std::string filled(const page_parts& parts);

}  // namespace ovlsim::paging
