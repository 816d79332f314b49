// SPDX-License-Identifier: Apache-2.0
//
// The pictures of a story as what is otherwise in each than in the one before.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "draw/layout.hpp"

namespace ovlsim::paging {

class scene_deltas {
 public:
  void add(const drawing::layout& next);

  /// For each picture `width`, `height`, and where there are any: `gone` (keys), `set` ([place, element] each), `moved` ([way, keys] each:
  /// what is added to the places of these, number by number, as the rows below a new one move together), `changed` (keys of what the
  /// command changed). Keys are numbers. A place is x and y, of an arrow its route (draw/arrow_paths.hpp). An element is
  /// [key, layer, look, words, shapes].
  const nlohmann::ordered_json& scenes() const { return scenes_; }

  /// [key of a row, key of the arrow that begins there] each.
  nlohmann::ordered_json arrows() const;

 private:
  std::size_t number_of(const std::string& key);

  nlohmann::ordered_json scenes_ = nlohmann::ordered_json::array();
  std::map<std::string, std::size_t> numbers_;
  std::map<std::string, drawing::element> before_;
};

}  // namespace ovlsim::paging
