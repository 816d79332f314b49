// SPDX-License-Identifier: Apache-2.0
//
// Two maps, one the inverse of the other, and the pairs that did not fit.
#include "compare_renaming.hpp"

namespace ovlsim::compare {

std::optional<renaming::contradiction> renaming::add(const std::string& left, const std::string& right, int line) {
  const auto l = of_left_.find(left);
  const auto r = of_right_.find(right);
  if (l == of_left_.end() && r == of_right_.end()) {
    of_left_.emplace(left, partner{right, line});
    of_right_.emplace(right, partner{left, line});
    return std::nullopt;
  }
  if (l != of_left_.end() && l->second.name == right) return std::nullopt;
  if (!put_up_with_.emplace(left, right).second) return std::nullopt;
  return contradiction{in_words(of_left_, left, right), in_words(of_right_, right, left)};
}

void renaming::restart() {
  of_left_.clear();
  of_right_.clear();
  put_up_with_.clear();
}

std::string renaming::in_words(const side& names, const std::string& name, const std::string& now) {
  const auto before = names.find(name);
  if (before == names.end() || before->second.name == now) return name;
  return name + ", which was " + before->second.name + " at line " + std::to_string(before->second.line);
}

}  // namespace ovlsim::compare
