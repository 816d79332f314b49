// SPDX-License-Identifier: Apache-2.0
//
// Values kept once, each under a number from 0 on in the order in which they came: what is the same is the same number. Two values are
// the same when they compare equal, never because their hashes do.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace ovlsim::explore_parts {

inline constexpr std::uint32_t no_number = 0xffffffffU;

inline std::uint64_t mixed(std::uint64_t h) {
  h ^= h >> 32;
  h *= 0x9e3779b97f4a7c15ULL;
  return h ^ h >> 29;
}
inline std::uint64_t mixed(std::uint64_t h, std::uint64_t word) { return mixed(h * 31 + word + 0x7f4a7c15U); }

/// Eight bytes at a time.
inline std::uint64_t hash_of_bytes(std::uint64_t h, const char* bytes, std::size_t size) {
  h = mixed(h, size);
  std::uint64_t word = 0;
  for (; size >= sizeof word; bytes += sizeof word, size -= sizeof word) {
    std::memcpy(&word, bytes, sizeof word);
    h = mixed(h, word);
  }
  word = 0;
  std::memcpy(&word, bytes, size);
  return mixed(h, word);
}

inline std::uint64_t hash_of_row(std::span<const std::uint32_t> row) {
  std::uint64_t hash = 0;
  for (const std::uint32_t n : row) hash = mixed(hash, n);
  return hash;
}

/// What one thread writes all the time and what others read stand in different ones.
inline constexpr std::size_t cache_line = 64;

/// A pointer that one thread sets while others follow it. It is moved only while there are no others.
template <class T>
class shown_pointer {
 public:
  shown_pointer() = default;
  shown_pointer(shown_pointer&& other) noexcept : at_(other.get()) {}
  shown_pointer& operator=(shown_pointer&& other) noexcept {
    show(other.get());
    return *this;
  }
  T* get() const { return at_.load(std::memory_order_acquire); }
  void show(T* at) { at_.store(at, std::memory_order_release); }

 private:
  std::atomic<T*> at_{nullptr};
};

/// Rows of one width, appended to and never moved: what grows takes what it needs, and no copy. One thread at a time appends; others may
/// read meanwhile what they know to be there.
template <class T>
class rows_of {
 public:
  explicit rows_of(std::size_t width) : width_(width) {}

  T* operator[](std::size_t n) { return directory_.get()[n / block_rows] + n % block_rows * width_; }
  const T* operator[](std::size_t n) const { return directory_.get()[n / block_rows] + n % block_rows * width_; }
  T* append(T value) {
    if (size_ % block_rows == 0) add_block();
    T* const row = (*this)[size_++];
    std::fill_n(row, width_, value);
    return row;
  }
  std::size_t size() const { return size_; }
  std::size_t width() const { return width_; }
  std::uint64_t memory() const { return blocks_.size() * (block_rows * width_ * sizeof(T) + sizeof(blocks_[0])) + 2 * room_ * sizeof(T*); }

 private:
  static constexpr std::size_t block_rows = 1024;
  static constexpr std::size_t first_room = 8;
  void add_block() {
    if (blocks_.size() == room_) {
      const std::size_t more = std::max(first_room, 2 * room_);
      directories_.push_back(std::make_unique<T*[]>(more));
      T** const directory = directories_.back().get();
      std::copy_n(directory_.get(), room_, directory);
      directory_.show(directory);
      room_ = more;
    }
    blocks_.push_back(std::make_unique<T[]>(block_rows * width_));
    directory_.get()[blocks_.size() - 1] = blocks_.back().get();
  }

  std::size_t width_;
  shown_pointer<T*> directory_;  ///< of the blocks
  // What follows is the writer's.
  alignas(cache_line) std::size_t size_ = 0;
  std::vector<std::unique_ptr<T[]>> blocks_;
  std::vector<std::unique_ptr<T*[]>> directories_;  ///< that one, and smaller ones of before, in which somebody may still be reading
  std::size_t room_ = 0;
};

/// An open addressing table of numbers, for whoever holds what they number. One thread at a time puts; others may look up meanwhile, and
/// find what they know to be there.
class number_table {
 public:
  /// The number of which `same` is true among those with this hash, or no_number.
  template <class Same>
  std::uint32_t look_up(std::uint64_t hash, const Same& same) const {
    const table* const t = shown_.get();
    if (t == nullptr) return no_number;
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = tag & t->mask;; at = (at + 1) & t->mask) {
      const std::uint64_t slot = t->slots[at].load(std::memory_order_acquire);
      if (slot == free) return no_number;
      if (slot >> 32 == tag && same(number_in(slot))) return number_in(slot);
    }
  }
  /// Puts a number that is not there. How large the table is depends on how many there are, and on nothing else.
  void put(std::uint64_t hash, std::uint32_t number) {
    if (tables_.empty()) grow();
    put_into(*tables_.back(), std::uint64_t{tag_of(hash)} << 32 | (std::uint64_t{number} + 1));
    if (++count_ >= room_in(size())) grow();
  }
  /// Nobody else is looking anything up: what it was before it has grown can go.
  void forget_smaller() {
    if (tables_.size() > 1) tables_.erase(tables_.begin(), tables_.end() - 1);
  }

  /// Fetches what look_up() will look at first.
  void prefetch(std::uint64_t hash) const {
    if (const table* const t = shown_.get()) __builtin_prefetch(&t->slots[tag_of(hash) & t->mask]);
  }
  /// The number that look_up() will ask about first, or no_number where it will ask about none.
  std::uint32_t candidate(std::uint64_t hash) const { return look_up(hash, [](std::uint32_t) { return true; }); }

  std::uint64_t memory() const { return size() * sizeof(std::uint64_t); }
  /// What it takes beside that until forget_smaller(), once `more` numbers have come: a larger table, and all smaller ones.
  std::uint64_t growth(std::size_t more) const {
    std::size_t larger = std::max(first_size, size());
    while (count_ + more >= room_in(larger)) larger *= 2;
    return larger == size() ? 0 : (larger + size()) * sizeof(std::uint64_t);
  }

 private:
  /// A slot holds half of the hash, which says where to look and tells most others apart, and the number plus 1.
  struct table {
    explicit table(std::size_t size) : mask(size - 1), slots(std::make_unique<std::atomic<std::uint64_t>[]>(size)) {}
    std::size_t mask;
    std::unique_ptr<std::atomic<std::uint64_t>[]> slots;
  };
  static constexpr std::uint64_t free = 0;
  static constexpr std::size_t first_size = 64;
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  static std::uint32_t number_in(std::uint64_t slot) { return static_cast<std::uint32_t>(slot) - 1; }
  std::size_t size() const { return tables_.empty() ? 0 : tables_.back()->mask + 1; }
  static constexpr std::size_t room_in(std::size_t slots) { return slots / 3 * 2; }
  static void put_into(table& t, std::uint64_t slot) {
    std::size_t at = slot >> 32 & t.mask;
    while (t.slots[at].load(std::memory_order_relaxed) != free) at = (at + 1) & t.mask;
    t.slots[at].store(slot, std::memory_order_release);
  }
  void grow() {
    auto larger = std::make_unique<table>(std::max(first_size, size() * 2));
    for (std::size_t n = 0; n < size(); ++n) {
      const std::uint64_t slot = tables_.back()->slots[n].load(std::memory_order_relaxed);
      if (slot != free) put_into(*larger, slot);
    }
    tables_.push_back(std::move(larger));
    shown_.show(tables_.back().get());
  }
  shown_pointer<const table> shown_;
  // What follows is the writer's.
  alignas(cache_line) std::vector<std::unique_ptr<table>> tables_;  ///< that one is the last, and those before it may still be looked at
  std::size_t count_ = 0;
};

/// One thread at a time adds; others may look up meanwhile.
template <class T>
class interned {
 public:
  std::uint32_t number_of(const T& value, std::uint64_t hash) {
    const std::uint32_t known = look_up(value, hash);
    return known != no_number ? known : add(value, hash);
  }
  /// no_number when it is not there.
  std::uint32_t look_up(const T& value, std::uint64_t hash) const {
    return table_.look_up(hash, [&](std::uint32_t n) { return (*this)[n] == value; });
  }
  /// Adds one that is not there.
  std::uint32_t add(T value, std::uint64_t hash) {
    const auto number = static_cast<std::uint32_t>(shown_.size());
    shown_.append(&values_.emplace_back(std::move(value)));
    table_.put(hash, number);
    return number;
  }
  const T& operator[](std::uint32_t n) const { return **shown_[n]; }
  std::size_t size() const { return shown_.size(); }
  void forget_smaller() { table_.forget_smaller(); }
  /// Without what the values themselves hold.
  std::uint64_t memory() const { return table_.memory() + shown_.memory() + values_.size() * sizeof(T); }

 private:
  number_table table_;
  std::deque<T> values_;
  rows_of<const T*> shown_{1};
};

/// Rows of numbers, all of one width. One thread at a time adds; others may look up meanwhile.
class interned_rows {
 public:
  explicit interned_rows(std::size_t width) : rows_(width) {}

  /// `added`: it was not there yet.
  std::uint32_t number_of(std::span<const std::uint32_t> row, std::uint64_t hash, bool* added = nullptr) {
    const std::uint32_t known = look_up(row, hash);
    if (added != nullptr) *added = known == no_number;
    return known != no_number ? known : add(row, hash, [](std::uint32_t) {});
  }
  /// no_number when it is not there.
  std::uint32_t look_up(std::span<const std::uint32_t> row, std::uint64_t hash) const {
    return table_.look_up(hash, [&](std::uint32_t n) { return is(n, row); });
  }
  /// Adds one that is not there; `prepare(number)` comes before anybody can find it.
  template <class Prepare>
  std::uint32_t add(std::span<const std::uint32_t> row, std::uint64_t hash, const Prepare& prepare) {
    const auto number = static_cast<std::uint32_t>(rows_.size());
    std::copy(row.begin(), row.end(), rows_.append(0));
    prepare(number);
    table_.put(hash, number);
    return number;
  }
  std::span<const std::uint32_t> operator[](std::uint32_t n) const { return {rows_[n], rows_.width()}; }
  std::size_t size() const { return rows_.size(); }
  std::uint64_t memory() const { return table_.memory() + rows_.memory(); }
  std::uint64_t growth(std::size_t more) const { return table_.growth(more); }
  void forget_smaller() { table_.forget_smaller(); }

  void prefetch(std::uint32_t n) const { __builtin_prefetch(rows_[n]); }
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
