// SPDX-License-Identifier: Apache-2.0
//
// A mutex for what takes less time than to put a thread to sleep.
#pragma once

#include <atomic>
#include <thread>

namespace ovlsim::explore_parts {

/// As std::mutex is, for std::lock_guard.
class short_lock {
 public:
  void lock() {
    constexpr int most_tries = 1000;  // some microseconds
    for (int tries = 0; held_.exchange(true, std::memory_order_acquire);) {
      while (held_.load(std::memory_order_relaxed)) {
        if (++tries % most_tries == 0) std::this_thread::yield();  // its holder may want this CPU
      }
    }
  }
  void unlock() { held_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> held_{false};
};

}  // namespace ovlsim::explore_parts
