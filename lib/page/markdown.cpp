// SPDX-License-Identifier: Apache-2.0
#include "page/markdown.hpp"

#include <cstdlib>

namespace ovlsim::paging {

namespace {

struct free_text {
  void operator()(char* text) const noexcept { std::free(text); }  // NOLINT: as cmark's default allocator has it
};

constexpr int renderer = CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8;  // without CMARK_OPT_UNSAFE: raw HTML is left out

}  // namespace

text_tree parsed(std::string_view text) { return text_tree(cmark_parse_document(text.data(), text.size(), renderer)); }

std::string rendered(cmark_node* n) {
  const std::unique_ptr<char, free_text> text(cmark_render_html(n, renderer));
  return text ? std::string(text.get()) : std::string();
}

std::string words_of(cmark_node* n) {
  std::string words;
  const std::unique_ptr<cmark_iter, void (*)(cmark_iter*)> walk(cmark_iter_new(n), cmark_iter_free);
  for (cmark_event_type e = cmark_iter_next(walk.get()); e != CMARK_EVENT_DONE; e = cmark_iter_next(walk.get())) {
    cmark_node* at = cmark_iter_get_node(walk.get());
    const cmark_node_type type = cmark_node_get_type(at);
    if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)) words += cmark_node_get_literal(at);
    if (e == CMARK_EVENT_ENTER && type == CMARK_NODE_SOFTBREAK) words += ' ';
  }
  return words;
}

bool is_heading(cmark_node* n, int level) { return cmark_node_get_type(n) == CMARK_NODE_HEADING && cmark_node_get_heading_level(n) == level; }

}  // namespace ovlsim::paging
