// SPDX-License-Identifier: Apache-2.0
//
// Threads that stay together for many short pieces of work.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace ovlsim::explore_parts {

class team {
 public:
  /// The caller is one of the threads: with one there is nobody else.
  explicit team(unsigned threads);
  ~team();
  team(const team&) = delete;
  team& operator=(const team&) = delete;

  bool is_one() const { return others_ == nullptr; }
  /// How many there may be; each has a number below that.
  unsigned size() const;
  /// The other threads begin to call `work(n, number of the thread)` for each n below `count`. Not for a team of one.
  void begin(std::size_t count, std::function<void(std::size_t, unsigned)> work);
  /// Takes part in what was begun, and returns when all of it is done. What one of the threads has thrown (memory has run out) is
  /// thrown again here.
  void finish();

 private:
  class others;
  std::unique_ptr<others> others_;
};

}  // namespace ovlsim::explore_parts
