// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovlsim {

decision_coverage::decision_coverage() {
  for (const decision_info& d : decisions()) times_.emplace_back(d.answers.size());
}

void decision_coverage::decided(std::string_view, const decision& what) { ++times_.at(what.index()).at(answer_index(what)); }

void decision_coverage::add(const decision_coverage& other) {
  for (std::size_t d = 0; d < times_.size(); ++d) {
    for (std::size_t a = 0; a < times_[d].size(); ++a) times_[d][a] += other.times_[d][a];
  }
}

std::size_t decision_coverage::seen() const {
  std::size_t n = 0;
  for (const auto& answers : times_) n += static_cast<std::size_t>(std::count_if(answers.begin(), answers.end(), [](auto t) { return t > 0; }));
  return n;
}

std::size_t decision_coverage::total() const {
  std::size_t n = 0;
  for (const auto& answers : times_) n += answers.size();
  return n;
}

std::string to_string(const decision_coverage& c) {
  std::string text = fmt::format("{:<22} {:<22} {:>12}\n", "DECISION", "ANSWER", "TIMES");
  const auto all = decisions();
  for (std::size_t d = 0; d < all.size(); ++d) {
    for (std::size_t a = 0; a < all[d].answers.size(); ++a) {
      const std::uint64_t times = c.times(d, a);
      text += fmt::format("{:<22} {:<22} {:>12}\n", a == 0 ? all[d].name : "", all[d].answers[a],
                          times == 0 ? "never" : std::to_string(times));
    }
  }
  return text + fmt::format("{} of {} answers were given\n", c.seen(), c.total());
}

}  // namespace ovlsim
