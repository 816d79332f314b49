// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that are the same everywhere: splitmix64 (Steele, Lea, Flood). The distributions of <random> differ from one
// standard library to the next, so there is none here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ovlsim::random {

class prng {
 public:
  explicit prng(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  /// 0 to n - 1. The bias of the remainder is 2^-57 for the numbers drawn here.
  std::size_t below(std::size_t n) noexcept { return static_cast<std::size_t>(next() % n); }

  int between(int lowest, int highest) noexcept {
    return lowest + static_cast<int>(below(static_cast<std::size_t>(highest - lowest + 1)));
  }

  bool chance(int percent) noexcept { return below(100) < static_cast<std::size_t>(percent); }

  template <class Range>
  const auto& pick(const Range& choices) noexcept {
    return choices[below(std::size(choices))];
  }

  /// An index, each with a chance in proportion to its weight.
  std::size_t weighted(std::span<const int> weights) noexcept {
    int sum = 0;
    for (const int w : weights) sum += w;
    int at = between(0, sum - 1);
    std::size_t index = 0;
    while (at >= weights[index]) at -= weights[index++];
    return index;
  }

 private:
  std::uint64_t state_;
};

}  // namespace ovlsim::random
