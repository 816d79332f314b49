// SPDX-License-Identifier: Apache-2.0
#include "page/deltas.hpp"

#include <algorithm>
#include <vector>

namespace ovlsim::paging {

namespace {

using json = nlohmann::ordered_json;
using drawing::element;
using drawing::shape;

json as_json(const shape& s) {
  if (s.what == shape::kind::box) return {"b", s.look, s.x, s.y, s.width, s.height};
  json text = {"t", s.look, s.x, s.y, s.text};
  const bool is_ascii = std::all_of(s.text.begin(), s.text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!is_ascii) text.push_back(s.width);
  return text;
}

json as_json(const element& e, std::size_t key) {
  std::string shown;
  json shapes = json::array();
  for (const shape& s : e.shapes) {
    if (s.what == shape::kind::text) shown += (shown.empty() ? "" : " ") + s.text;
    shapes.push_back(as_json(s));
  }
  // What the texts say anyway need not be there twice.
  return {key, static_cast<int>(e.what), e.look, shown == e.words ? std::string() : e.words, std::move(shapes)};
}

std::vector<int> place_of(const element& e) { return e.what == element::kind::arrow ? e.route : std::vector<int>{e.x, e.y}; }

bool looks_like(const element& a, const element& b) {
  return a.look == b.look && a.words == b.words && a.shapes == b.shapes && place_of(a).size() == place_of(b).size();
}

/// By how much each number is another one, without the zeros at the end.
std::vector<int> way_between(const element& from, const element& to) {
  std::vector<int> way = place_of(to);
  const std::vector<int> was = place_of(from);
  for (std::size_t n = 0; n < way.size(); ++n) way[n] -= was[n];
  while (!way.empty() && way.back() == 0) way.pop_back();
  return way;
}

}  // namespace

std::size_t scene_deltas::number_of(const std::string& key) { return numbers_.emplace(key, numbers_.size()).first->second; }

void scene_deltas::add(const drawing::layout& next) {
  json scene{{"width", next.width}, {"height", next.height}};
  std::map<std::string, element> now;
  for (const element& e : next.elements) now.emplace(e.key, e);
  for (const auto& [key, e] : before_) {
    if (now.count(key) == 0) scene["gone"].push_back(number_of(key));
  }
  std::map<std::vector<int>, std::vector<std::size_t>> moved;
  for (const element& e : next.elements) {
    const std::size_t key = number_of(e.key);
    const auto was = before_.find(e.key);
    if (was == before_.end() || !looks_like(was->second, e)) {
      scene["set"].push_back({place_of(e), as_json(e, key)});
    } else if (std::vector<int> way = way_between(was->second, e); !way.empty()) {
      moved[std::move(way)].push_back(key);
    }
    if (e.changed) scene["changed"].push_back(key);
  }
  for (const auto& [way, keys] : moved) scene["moved"].push_back({way, keys});
  scenes_.push_back(std::move(scene));
  before_ = std::move(now);
}

json scene_deltas::arrows() const {
  constexpr std::string_view prefix = "arrow ";
  json all = json::array();
  for (const auto& [key, number] : numbers_) {
    if (!key.starts_with(prefix)) continue;
    if (const auto row = numbers_.find(key.substr(prefix.size())); row != numbers_.end()) all.push_back({row->second, number});
  }
  return all;
}

}  // namespace ovlsim::paging
