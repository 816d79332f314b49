// SPDX-License-Identifier: Apache-2.0
#include "draw/routes.hpp"

#include <algorithm>

namespace ovlsim::drawing {

namespace {

constexpr int from_edge = 14;   ///< of the lanes to the panels beside a gutter
constexpr int widest_step = 8;  ///< between two lanes
constexpr int closest_step = 4;
constexpr int stub = 20;        ///< of an arrow that leads nowhere

/// So many lanes in so much room: the place of one of them. More than there is room for share lanes.
int lane(std::size_t n, std::size_t count, int room) {
  const int step = std::clamp(count < 2 ? widest_step : room / static_cast<int>(count - 1), closest_step, widest_step);
  const auto lanes = static_cast<std::size_t>(room / step) + 1;
  return static_cast<int>(n % lanes) * step;
}

}  // namespace

int routes::right_end(const std::vector<scene_arrow>& arrows) const {
  int end = 0;
  for (const scene_arrow& a : arrows) {
    const auto from = rows_.find(a.from);
    const auto to = rows_.find(a.to);
    if (from == rows_.end()) continue;
    const std::uint32_t last = to == rows_.end() ? from->second.column : std::max(from->second.column, to->second.column);
    const bool enters_from_right = to == rows_.end() || to->second.column <= from->second.column;
    const bool leaves_to_right = to == rows_.end() || to->second.column == from->second.column;
    if (leaves_to_right || (enters_from_right && to->second.column == last)) end = std::max(end, column_x(last) + column_width + gutter);
  }
  return end;
}

std::vector<element> routes::drawn(const std::vector<scene_arrow>& arrows) const {
  struct planned {
    const scene_arrow* arrow;
    spot from;
    spot to;
    std::uint32_t first_gutter;  ///< by the column on its left; from 1, the margin being 0
    std::uint32_t last_gutter;
    std::size_t first_lane = 0;
    std::size_t last_lane = 0;
    std::size_t channel_lane = 0;
  };
  std::vector<planned> plans;
  std::map<std::uint32_t, std::size_t> in_gutter;
  std::size_t in_channel = 0;
  for (const scene_arrow& a : arrows) {
    const auto from = rows_.find(a.from);
    const auto to = rows_.find(a.to);
    if (from == rows_.end() || (to == rows_.end() && a.what != scene_arrow::kind::dangling)) continue;
    planned p{&a, from->second, to == rows_.end() ? from->second : to->second, 0, 0};
    const bool leftwards = p.to.column < p.from.column;
    p.first_gutter = leftwards ? p.from.column : p.from.column + 1;
    p.last_gutter = p.to.column > p.from.column ? p.to.column : p.to.column + 1;
    if (a.what != scene_arrow::kind::dangling) {
      p.first_lane = in_gutter[p.first_gutter]++;
      if (p.last_gutter != p.first_gutter) {
        p.last_lane = in_gutter[p.last_gutter]++;
        p.channel_lane = in_channel++;
      }
    }
    plans.push_back(p);
  }
  const auto gutter_x = [&](std::uint32_t g, std::size_t n) {
    return column_x(g) - gutter + from_edge + lane(n, in_gutter[g], gutter - 2 * from_edge);
  };
  std::vector<element> all;
  for (const planned& p : plans) {
    const bool leftwards = p.to.column < p.from.column;
    const int start = column_x(p.from.column) + (leftwards ? 0 : column_width);
    std::vector<int> route = {start, p.from.y};
    if (p.arrow->what == scene_arrow::kind::dangling) {
      route.push_back(start + stub);
    } else {
      route.push_back(gutter_x(p.first_gutter, p.first_lane));
      if (p.last_gutter != p.first_gutter) {
        route.push_back(margin + lane(p.channel_lane, in_channel, channel_height - 12));
        route.push_back(gutter_x(p.last_gutter, p.last_lane));
      }
      const bool from_left = p.to.column > p.from.column;
      route.push_back(p.to.y);
      route.push_back(column_x(p.to.column) + (from_left ? 0 : column_width));
    }
    all.push_back({"arrow " + p.arrow->from, element::kind::arrow, "arrow " + std::string(name(p.arrow->what)), 0, 0, p.arrow->words, {},
                   std::move(route), p.arrow->changed});
  }
  return all;
}

}  // namespace ovlsim::drawing
