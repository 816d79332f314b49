// SPDX-License-Identifier: Apache-2.0
//
// Text between tags: of SVG, of Graphviz's labels, of pages.
#pragma once

#include <string>
#include <string_view>

namespace ovlsim::drawing {

/// Text for XML and HTML, without what XML 1.0 has no way to write.
std::string markup(std::string_view text);

}  // namespace ovlsim::drawing
