// SPDX-License-Identifier: Apache-2.0
//
// CommonMark as a tree, by libcmark.
#pragma once

#include <cmark.h>

#include <memory>
#include <string>
#include <string_view>

namespace ovlsim::paging {

struct free_node {
  void operator()(cmark_node* n) const noexcept { cmark_node_free(n); }
};
using text_tree = std::unique_ptr<cmark_node, free_node>;

text_tree parsed(std::string_view text);

/// As HTML, without the HTML that stands in the text itself.
std::string rendered(cmark_node* n);

/// The words of a heading, without their marks.
std::string words_of(cmark_node* n);

bool is_heading(cmark_node* n, int level);

/// Calls `act` with each node of that type, in the order of the text.
template <class Act>
void each_of(cmark_node* tree, cmark_node_type type, const Act& act) {
  const std::unique_ptr<cmark_iter, void (*)(cmark_iter*)> walk(cmark_iter_new(tree), cmark_iter_free);
  for (cmark_event_type e = cmark_iter_next(walk.get()); e != CMARK_EVENT_DONE; e = cmark_iter_next(walk.get())) {
    cmark_node* const at = cmark_iter_get_node(walk.get());
    if (e == CMARK_EVENT_ENTER && cmark_node_get_type(at) == type) act(at);
  }
}

}  // namespace ovlsim::paging
