// SPDX-License-Identifier: Apache-2.0
//
// Values kept once, each under a number from 0 on in the order in which they came: what is the same is the same number. Two values are
// the same when they compare equal, never because their hashes do.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
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

inline std::uint64_t hash_of_row(std::span<const std::uint32_t> row) {
  std::uint64_t hash = 0;
  for (const std::uint32_t n : row) hash = mixed(hash, n);
  return hash;
}

/// Rows of one width, appended to and never moved: what grows takes what it needs, and no copy.
template <class T>
class rows_of {
 public:
  explicit rows_of(std::size_t width) : width_(width) {}

  T* operator[](std::size_t n) { return blocks_[n / block_rows].get() + n % block_rows * width_; }
  const T* operator[](std::size_t n) const { return blocks_[n / block_rows].get() + n % block_rows * width_; }
  T* append(T value) {
    if (size_ % block_rows == 0) blocks_.push_back(std::make_unique<T[]>(block_rows * width_));
    T* const row = (*this)[size_++];
    std::fill_n(row, width_, value);
    return row;
  }
  std::size_t size() const { return size_; }
  std::size_t width() const { return width_; }
  std::uint64_t memory() const { return blocks_.size() * block_rows * width_ * sizeof(T) + blocks_.capacity() * sizeof(blocks_[0]); }

 private:
  static constexpr std::size_t block_rows = 1024;
  std::size_t width_;
  std::size_t size_ = 0;
  std::vector<std::unique_ptr<T[]>> blocks_;
};

/// An open addressing table of numbers, for whoever holds what they number.
class number_table {
 public:
  /// The number of which `same` is true among those with this hash, or no_number, and then put() knows where it would stand.
  template <class Same>
  std::uint32_t find(std::uint64_t hash, const Same& same) {
    if (slots_.empty()) grow();
    at_ = place_of(hash, same);
    return slots_[at_].number;
  }
  /// The same for whoever puts nothing; several threads may ask at once.
  template <class Same>
  std::uint32_t look_up(std::uint64_t hash, const Same& same) const {
    return slots_.empty() ? no_number : slots_[place_of(hash, same)].number;
  }
  /// Puts a number where the last find() ended in vain. How large the table is depends on how many there are, and on nothing else.
  void put(std::uint64_t hash, std::uint32_t number) {
    slots_[at_] = {tag_of(hash), number};
    if (++count_ >= room()) grow();
  }

  /// Fetches what find() will look at first.
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[tag_of(hash) & (slots_.size() - 1)]);
  }
  /// The number that find() will ask about first, or no_number where it will ask about none.
  std::uint32_t candidate(std::uint64_t hash) const { return look_up(hash, [](std::uint32_t) { return true; }); }

  std::uint64_t memory() const { return slots_.capacity() * sizeof(slot); }
  /// What it takes for a moment, and half of it then on, once `more` numbers have come.
  std::uint64_t growth(std::size_t more) const { return count_ + more < room() ? 0 : std::max(first_size, slots_.size() * 2) * sizeof(slot); }

 private:
  struct slot {
    std::uint32_t tag = 0;  ///< half of the hash: says where to look, and tells most others apart
    std::uint32_t number = no_number;
  };
  static constexpr std::size_t first_size = 64;
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  std::size_t room() const { return slots_.size() / 3 * 2; }
  /// The first slot that is free or holds the wanted one.
  template <class Same>
  std::size_t place_of(std::uint64_t hash, const Same& same) const {
    const std::size_t mask = slots_.size() - 1;
    const std::uint32_t tag = tag_of(hash);
    std::size_t at = tag & mask;
    while (slots_[at].number != no_number && !(slots_[at].tag == tag && same(slots_[at].number))) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<slot> old(std::max(first_size, slots_.size() * 2));
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const slot& s : old) {
      if (s.number == no_number) continue;
      std::size_t at = s.tag & mask;
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
    values_.push_back(value);
    table_.put(hash, static_cast<std::uint32_t>(values_.size() - 1));
    return static_cast<std::uint32_t>(values_.size() - 1);
  }
  /// no_number when it is not there.
  std::uint32_t look_up(const T& value, std::uint64_t hash) const {
    return table_.look_up(hash, [&](std::uint32_t n) { return values_[n] == value; });
  }
  const T& operator[](std::uint32_t n) const { return values_[n]; }
  std::size_t size() const { return values_.size(); }
  /// Without what the values themselves hold.
  std::uint64_t memory() const { return table_.memory() + values_.capacity() * sizeof(T); }

 private:
  number_table table_;
  std::vector<T> values_;
};

/// Rows of numbers, all of one width.
class interned_rows {
 public:
  explicit interned_rows(std::size_t width) : rows_(width) {}

  /// `added`: it was not there yet.
  std::uint32_t number_of(std::span<const std::uint32_t> row, bool* added = nullptr) { return number_of(row, hash_of_row(row), added); }
  std::uint32_t number_of(std::span<const std::uint32_t> row, std::uint64_t hash, bool* added = nullptr) {
    const std::uint32_t known = table_.find(hash, [&](std::uint32_t n) { return is(n, row); });
    if (added != nullptr) *added = known == no_number;
    if (known != no_number) return known;
    const auto number = static_cast<std::uint32_t>(rows_.size());
    std::uint32_t* const mine = rows_.append(0);
    for (std::size_t i = 0; i < row.size(); ++i) mine[i] = row[i];
    table_.put(hash, number);
    return number;
  }
  /// no_number when it is not there.
  std::uint32_t look_up(std::span<const std::uint32_t> row) const {
    return table_.look_up(hash_of_row(row), [&](std::uint32_t n) { return is(n, row); });
  }
  std::span<const std::uint32_t> operator[](std::uint32_t n) const { return {rows_[n], rows_.width()}; }
  std::size_t size() const { return rows_.size(); }
  std::uint64_t memory() const { return table_.memory() + rows_.memory(); }
  std::uint64_t growth(std::size_t more) const { return table_.growth(more); }

  /// For whoever asks for many: first the first for all of them, then the second, then number_of().
  void prefetch_slot(std::uint64_t hash) const { table_.prefetch(hash); }
  void prefetch_row(std::uint64_t hash) const {
    if (const std::uint32_t n = table_.candidate(hash); n != no_number) __builtin_prefetch(rows_[n]);
  }

 private:
  bool is(std::uint32_t n, std::span<const std::uint32_t> row) const {
    const std::uint32_t* const mine = rows_[n];
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (mine[i] != row[i]) return false;
    }
    return true;
  }

  number_table table_;
  rows_of<std::uint32_t> rows_;
};

}  // namespace ovlsim::explore_parts
