// SPDX-License-Identifier: Apache-2.0
//
// A value that its copies share until one of them changes it. The parts of a world are kept so: a search copies a world for each
// command that it tries, and most commands change one filesystem of several.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace ovlsim {

/// Reads as a `const T`. Copies never see each other's changes, also when they live in different threads; one copy is used by one
/// thread at a time, as with any value.
template <class T>
class copy_on_write {
 public:
  copy_on_write() : copy_on_write(T{}) {}
  explicit copy_on_write(T value) : held_(std::make_shared<T>(std::move(value))) {}

  const T& operator*() const { return *held_; }
  const T* operator->() const { return held_.get(); }

  /// The value, for changing it. References from `*` and `->` that were taken before mean the value as it was, and may dangle: take
  /// those that shall see the change afterwards.
  T& change() {
    if (held_.use_count() != 1) {
      held_ = std::make_shared<T>(*held_);
    } else {
      // What other threads did with their copies before they gave them up happened before this.
      std::atomic_thread_fence(std::memory_order_acquire);
    }
    return *held_;
  }

  bool operator==(const copy_on_write& other) const { return held_ == other.held_ || *held_ == *other.held_; }

 private:
  std::shared_ptr<T> held_;
};

}  // namespace ovlsim
