// SPDX-License-Identifier: Apache-2.0
#include "draw/markup.hpp"

#include "explain/columns.hpp"

namespace ovlsim::drawing {

std::string markup(std::string_view text) {
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

}  // namespace ovlsim::drawing
