// SPDX-License-Identifier: Apache-2.0
//
// Which decisions of a kernel a run took, and with which answers: an observer that counts. A decision that no story ever asks, or an
// answer that none ever gets, is a rule that nothing has tried.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/observer.hpp"

namespace ovlsim {

/// Counts over all runs that it watched. Not for several threads at once; add() joins what threads of their own have counted.
class decision_coverage : public observer {
 public:
  decision_coverage();

  void decided(std::string_view rule, const decision& what) override;
  void add(const decision_coverage& other);

  /// How often decision `d` (its place in decisions()) got answer `a`.
  std::uint64_t times(std::size_t d, std::size_t a) const { return times_[d][a]; }
  /// How many of all answers of all decisions were given at least once, and how many there are.
  std::size_t seen() const;
  std::size_t total() const;

 private:
  std::vector<std::vector<std::uint64_t>> times_;
};

/// A line for each answer of each decision with how often it was given, then the sum.
std::string to_string(const decision_coverage& c);

}  // namespace ovlsim
