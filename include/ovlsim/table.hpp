// SPDX-License-Identifier: Apache-2.0
//
// A sorted vector of plain rows with a key, with inline room for a small world. boost::container::flat_map would do but for its
// pairs, which are not trivially copyable: rows that are let a whole table be copied with one memcpy, and that is what makes
// copying a world cheap.
#pragma once

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace ovlsim {

/// `Row` has a member function `key()` whose results are ordered by `<` and unique within the table.
template <class Row, std::size_t Inline>
class table {
 public:
  static_assert(std::is_trivially_copyable_v<Row>);
  using storage = boost::container::small_vector<Row, Inline>;
  using iterator = typename storage::iterator;
  using const_iterator = typename storage::const_iterator;

  const_iterator begin() const { return rows_.begin(); }
  const_iterator end() const { return rows_.end(); }
  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }

  /// The first row whose key is not below `key`. Halves without a branch on what it finds: which way a search goes cannot be
  /// predicted.
  template <class Key>
  const_iterator lower_bound(const Key& key) const {
    const_iterator at = rows_.begin();
    for (auto left = static_cast<std::ptrdiff_t>(rows_.size()); left > 0;) {
      const std::ptrdiff_t half = (left + 1) / 2;
      at += at[half - 1].key() < key ? half : 0;
      left -= half;
    }
    return at;
  }

  template <class Key>
  const Row* find(const Key& key) const {
    const auto at = lower_bound(key);
    return at != rows_.end() && at->key() == key ? &*at : nullptr;
  }

  /// For changing a row in place; its key must stay.
  template <class Key>
  Row* find(const Key& key) {
    return const_cast<Row*>(static_cast<const table*>(this)->find(key));
  }

  /// Adds a row whose key is not in the table yet.
  Row& insert(const Row& row) {
    if (rows_.empty() || rows_.back().key() < row.key()) return rows_.emplace_back(row);
    return *rows_.insert(lower_bound(row.key()), row);
  }

  template <class Key>
  bool erase(const Key& key) {
    const auto at = lower_bound(key);
    if (at == rows_.end() || !(at->key() == key)) return false;
    rows_.erase(at);
    return true;
  }

  /// The row of `key`, which is there, becomes `row`, whose key is the same or in no row yet.
  template <class Key>
  void replace(const Key& key, const Row& row) {
    const auto from = rows_.begin() + (lower_bound(key) - begin());
    const auto to = rows_.begin() + (lower_bound(row.key()) - begin());
    if (to > from) {
      std::move(from + 1, to, from);
      *(to - 1) = row;
    } else {
      std::move_backward(to, from, from + 1);
      *to = row;
    }
  }

  bool operator==(const table&) const = default;

 private:
  storage rows_;
};

}  // namespace ovlsim
