// SPDX-License-Identifier: Apache-2.0
//
// Values kept once, each under a number from 0 on in the order in which they came: what is the same is the same number. Two values are
// the same when they compare equal, never because their hashes do.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ovlsim::explore_parts {

inline constexpr std::uint32_t no_number = 0xffffffffU;

inline std::uint64_t mixed(std::uint64_t h) {
  h ^= h >> 32;
  h *= 0x9e3779b97f4a7c15ULL;
  return h ^ h >> 29;
}
inline std::uint64_t mixed(std::uint64_t h, std::uint64_t word) { return mixed(h * 31 + word + 0x7f4a7c15U); }

/// An open addressing table of numbers, for whoever holds what they number.
class number_table {
 public:
  /// The number of which `same` is true among those with this hash, or no_number, and then `place()` is where it would stand.
  template <class Same>
  std::uint32_t find(std::uint64_t hash, const Same& same) {
    if ((count_ + 1) * 2 > slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    for (at_ = hash & mask; slots_[at_].number != no_number; at_ = (at_ + 1) & mask) {
      if (slots_[at_].tag == tag && same(slots_[at_].number)) return slots_[at_].number;
    }
    return no_number;
  }
  /// Puts a number where the last find() ended in vain.
  void put(std::uint64_t hash, std::uint32_t number) {
    slots_[at_] = {static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32), number};
    ++count_;
  }
  std::uint64_t memory() const { return slots_.capacity() * sizeof(slot); }

 private:
  struct slot {
    std::uint32_t low = 0;
    std::uint32_t tag = 0;
    std::uint32_t number = no_number;
  };
  void grow() {
    std::vector<slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const slot& s : old) {
      if (s.number == no_number) continue;
      std::size_t at = s.low & mask;
      while (slots_[at].number != no_number) at = (at + 1) & mask;
      slots_[at] = s;
    }
  }
  std::vector<slot> slots_;
  std::size_t count_ = 0;
  std::size_t at_ = 0;
};

template <class T>
class interned {
 public:
  std::uint32_t number_of(const T& value, std::uint64_t hash) {
    const std::uint32_t known = table_.find(hash, [&](std::uint32_t n) { return values_[n] == value; });
    if (known != no_number) return known;
    table_.put(hash, static_cast<std::uint32_t>(values_.size()));
    values_.push_back(value);
    return static_cast<std::uint32_t>(values_.size() - 1);
  }
  const T& operator[](std::uint32_t n) const { return values_[n]; }
  std::size_t size() const { return values_.size(); }
  std::uint64_t memory() const { return table_.memory() + values_.capacity() * sizeof(T); }

 private:
  number_table table_;
  std::vector<T> values_;
};

/// The same for rows of so many numbers each, all in one run of memory.
class interned_rows {
 public:
  explicit interned_rows(std::size_t width) : width_(width) {}

  /// `added`: it was not there yet.
  std::uint32_t number_of(std::span<const std::uint32_t> row, bool* added = nullptr) {
    std::uint64_t hash = 0;
    for (const std::uint32_t n : row) hash = mixed(hash, n);
    const std::uint32_t known = table_.find(hash, [&](std::uint32_t n) {
      const std::uint32_t* const other = rows_.data() + n * width_;
      for (std::size_t i = 0; i < width_; ++i) {
        if (other[i] != row[i]) return false;
      }
      return true;
    });
    if (added != nullptr) *added = known == no_number;
    if (known != no_number) return known;
    const auto number = static_cast<std::uint32_t>(size_++);
    table_.put(hash, number);
    rows_.insert(rows_.end(), row.begin(), row.end());
    return number;
  }
  std::span<const std::uint32_t> operator[](std::uint32_t n) const { return {rows_.data() + n * width_, width_}; }
  std::size_t size() const { return size_; }
  std::uint64_t memory() const { return table_.memory() + rows_.capacity() * sizeof(std::uint32_t); }

 private:
  std::size_t width_;
  std::size_t size_ = 0;
  number_table table_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace ovlsim::explore_parts
