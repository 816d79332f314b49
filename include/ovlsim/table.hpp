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

  /// The first row whose key is not below `key`.
  template <class Key>
  const_iterator lower_bound(const Key& key) const {
    return std::lower_bound(rows_.begin(), rows_.end(), key, [](const Row& r, const Key& k) { return r.key() < k; });
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

  bool operator==(const table&) const = default;

 private:
  storage rows_;
};

}  // namespace ovlsim
