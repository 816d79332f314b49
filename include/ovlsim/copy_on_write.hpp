// SPDX-License-Identifier: Apache-2.0
//
// A value that its copies share until one of them changes it. The parts of a world are kept so: a search copies a world for each
// command that it tries, and most commands change one filesystem of several.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace ovlsim {

/// Reads as a `const T`. Copies never see each other's changes, also when they live in different threads; one copy is used by one
/// thread at a time, as with any value. (A std::shared_ptr would do but for use_count(), by which no owner may conclude that the
/// others are done with the value.) What was moved from may only be destroyed or assigned to.
template <class T>
class copy_on_write {
 public:
  copy_on_write() : held_(new shared) {}
  explicit copy_on_write(const T& value) : held_(new shared{value}) {}
  explicit copy_on_write(T&& value) : held_(new shared{std::move(value)}) {}
  copy_on_write(const copy_on_write& other) noexcept : held_(other.held_) {
    if (held_ != nullptr) held_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  copy_on_write(copy_on_write&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  copy_on_write& operator=(copy_on_write other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~copy_on_write() {
    if (held_ != nullptr && held_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete held_;
  }

  /// A copy that shares nothing: threads that count many copies of one value write to the same place in memory all the time.
  copy_on_write unshared() const { return copy_on_write(held_->value); }

  const T& operator*() const { return held_->value; }
  const T* operator->() const { return &held_->value; }

  /// The value, for changing it. References from `*` and `->` that were taken before mean the value as it was, and may dangle: take
  /// those that shall see the change afterwards. The reference ends when this object is copied.
  T& change() {
    if (held_->owners.load(std::memory_order_acquire) != 1) *this = copy_on_write(held_->value);
    return held_->value;
  }

  bool operator==(const copy_on_write& other) const { return held_ == other.held_ || **this == *other; }

 private:
  struct shared {
    T value{};
    std::atomic<std::uint32_t> owners{1};
  };
  shared* held_;  // null only after it was moved from
};

}  // namespace ovlsim
