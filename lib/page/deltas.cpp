// SPDX-License-Identifier: Apache-2.0
#include "page/deltas.hpp"

namespace ovlsim::paging {

namespace {

using json = nlohmann::ordered_json;
using drawing::element;
using drawing::shape;

json as_json(const shape& s) {
  switch (s.what) {
    case shape::kind::box: return {"b", s.look, s.x, s.y, s.width, s.height};
    case shape::kind::path: return {"p", s.look, s.text};
    case shape::kind::text: break;
  }
  return {"t", s.look, s.x, s.y, s.width, s.text};
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

bool looks_like(const element& a, const element& b) { return a.look == b.look && a.words == b.words && a.shapes == b.shapes; }

}  // namespace

std::size_t scene_deltas::number_of(const std::string& key) { return numbers_.emplace(key, numbers_.size()).first->second; }

void scene_deltas::add(const drawing::layout& next) {
  json scene{{"width", next.width}, {"height", next.height}};
  std::map<std::string, element> now;
  for (const element& e : next.elements) now.emplace(e.key, e);
  for (const auto& [key, e] : before_) {
    if (now.count(key) == 0) scene["gone"].push_back(number_of(key));
  }
  for (const element& e : next.elements) {
    const std::size_t key = number_of(e.key);
    const auto was = before_.find(e.key);
    if (was == before_.end() || !looks_like(was->second, e)) {
      scene["set"].push_back({e.x, e.y, as_json(e, key)});
    } else if (was->second.x != e.x || was->second.y != e.y) {
      scene["moved"].push_back({key, e.x, e.y});
    }
    if (e.changed) scene["changed"].push_back(key);
  }
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
