// SPDX-License-Identifier: Apache-2.0
//
// Arrows that cross no panel: from the edge of a row into the gutter beside it, up or down there, and where the other end is not in the
// next column, along a channel above all panels.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "draw/layout.hpp"

namespace ovlsim::drawing {

inline constexpr int margin = 16;
inline constexpr int column_width = 288;
inline constexpr int gutter = 64;
inline constexpr int channel_height = 40;
inline constexpr int first_panel_y = margin + channel_height;

constexpr int column_x(std::uint32_t column) { return margin + static_cast<int>(column) * (column_width + gutter); }

class routes {
 public:
  /// A row at which arrows may begin and end: its column, and the height at which they do.
  void place(const std::string& row, std::uint32_t column, int y) { rows_[row] = {column, y}; }

  /// Arrows whose ends were placed.
  std::vector<element> drawn(const std::vector<scene_arrow>& arrows) const;

  /// Where a picture may end at the right: behind the gutter of a column within which, or out of which, arrows lead to the right.
  int right_end(const std::vector<scene_arrow>& arrows) const;

 private:
  struct spot {
    std::uint32_t column = 0;
    int y = 0;
  };
  std::map<std::string, spot> rows_;
};

}  // namespace ovlsim::drawing
