// SPDX-License-Identifier: Apache-2.0
#include "draw/arrow_paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace ovlsim::drawing {

namespace {

constexpr int bend = 6;

struct point {
  int x = 0;
  int y = 0;
};

std::vector<point> corners_of(const std::vector<int>& route) {
  std::vector<point> corners = {{route[0], route[1]}};
  for (std::size_t n = 2; n < route.size(); ++n) {
    point next = corners.back();
    (n % 2 == 0 ? next.x : next.y) = route[n];
    corners.push_back(next);
  }
  return corners;
}

std::string line_along(const std::vector<point>& corners) {
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

}  // namespace

arrow_paths paths_along(const std::vector<int>& route) {
  const std::vector<point> corners = corners_of(route);
  const point& first = corners.front();
  const point& last = corners.back();
  const int back = last.x > corners[corners.size() - 2].x ? -8 : 8;
  return {fmt::format("M{} {}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", first.x - 3, first.y), line_along(corners),
          leads_nowhere(route) ? fmt::format("M{} {}l8 8m0 -8l-8 8", last.x - 4, last.y - 4) : fmt::format("M{} {}l{} -4v8z", last.x, last.y, back)};
}

}  // namespace ovlsim::drawing
