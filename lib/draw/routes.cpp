// SPDX-License-Identifier: Apache-2.0
#include "draw/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace ovlsim::drawing {

namespace {

constexpr int from_edge = 14;   ///< of the lanes to the panels beside a gutter
constexpr int widest_step = 8;  ///< between two lanes
constexpr int closest_step = 4;
constexpr int bend = 6;
constexpr int stub = 20;        ///< of an arrow that leads nowhere

struct point {
  int x = 0;
  int y = 0;
};

/// So many lanes in so much room: the place of one of them. More than there is room for share lanes.
int lane(std::size_t n, std::size_t count, int room) {
  const int step = std::clamp(count < 2 ? widest_step : room / static_cast<int>(count - 1), closest_step, widest_step);
  const auto lanes = static_cast<std::size_t>(room / step) + 1;
  return static_cast<int>(n % lanes) * step;
}

/// A path along horizontal and vertical lines, with round corners.
std::string path_along(const std::vector<point>& corners) {
  std::string d = fmt::format("M{} {}", corners.front().x, corners.front().y);
  for (std::size_t i = 1; i + 1 < corners.size(); ++i) {
    const point& a = corners[i - 1];
    const point& b = corners[i];
    const point& c = corners[i + 1];
    const int before = std::min(bend, (std::abs(b.x - a.x) + std::abs(b.y - a.y)) / 2);
    const int after = std::min(bend, (std::abs(c.x - b.x) + std::abs(c.y - b.y)) / 2);
    const auto towards = [](int from, int to, int by) { return from + (to > from ? by : to < from ? -by : 0); };
    d += fmt::format("L{} {}Q{} {} {} {}", towards(b.x, a.x, before), towards(b.y, a.y, before), b.x, b.y, towards(b.x, c.x, after),
                     towards(b.y, c.y, after));
  }
  return d + fmt::format("L{} {}", corners.back().x, corners.back().y);
}

std::string dot_at(const point& p) { return fmt::format("M{} {}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", p.x - 3, p.y); }

/// The head of an arrow that comes from the left (`from` -1) or from the right.
std::string head_at(const point& p, int from) {
  return fmt::format("M{} {}l{} -4v8z", p.x, p.y, from * 8);
}

std::string cross_at(const point& p) { return fmt::format("M{} {}l8 8m0 -8l-8 8", p.x - 4, p.y - 4); }

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
    const point start = {column_x(p.from.column) + (leftwards ? 0 : column_width), p.from.y};
    element e = {"arrow " + p.arrow->from, element::kind::arrow,
                 "arrow " + std::string(name(p.arrow->what)), 0, 0, p.arrow->words, {}, p.arrow->changed};
    const auto add = [&e](const char* look, std::string d) { e.shapes.push_back({shape::kind::path, 0, 0, 0, 0, look, std::move(d)}); };
    add("end", dot_at(start));
    if (p.arrow->what == scene_arrow::kind::dangling) {
      const point end = {start.x + stub, start.y};
      add("line", path_along({start, end}));
      add("cross", cross_at(end));
    } else {
      const bool from_left = p.to.column > p.from.column;
      const point end = {column_x(p.to.column) + (from_left ? 0 : column_width), p.to.y};
      const int first = gutter_x(p.first_gutter, p.first_lane);
      std::vector<point> corners = {start, {first, start.y}};
      if (p.last_gutter != p.first_gutter) {
        const int y = margin + lane(p.channel_lane, in_channel, channel_height - 12);
        const int last = gutter_x(p.last_gutter, p.last_lane);
        corners.insert(corners.end(), {{first, y}, {last, y}, {last, end.y}});
      } else {
        corners.push_back({first, end.y});
      }
      corners.push_back(end);
      add("line", path_along(corners));
      add("end", head_at(end, from_left ? -1 : 1));
    }
    all.push_back(std::move(e));
  }
  return all;
}

}  // namespace ovlsim::drawing
