// SPDX-License-Identifier: Apache-2.0
//
// A renaming that two runs must agree on: what one calls `l` the other calls `r`, always, and nothing else by either name.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace ovlsim::compare {

class renaming {
 public:
  /// A pair that does not fit, each side in words: `12, which was 34 at line 7` and `56`.
  struct contradiction {
    std::string left;
    std::string right;
  };

  /// Takes the pair in. A pair that contradicts what came before is reported at its first occurrence and put up with
  /// afterwards, so that one cause gives one report; what was bound stays bound.
  std::optional<contradiction> add(const std::string& left, const std::string& right, int line);

  /// Forgets everything.
  void restart();

 private:
  struct partner {
    std::string name;
    int line = 0;
  };
  using side = std::map<std::string, partner>;

  static std::string in_words(const side& names, const std::string& name, const std::string& now);

  side of_left_;
  side of_right_;
  std::set<std::pair<std::string, std::string>> put_up_with_;
};

}  // namespace ovlsim::compare
