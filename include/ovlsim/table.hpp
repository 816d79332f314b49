// SPDX-License-Identifier: Apache-2.0
//
// A sorted table of plain rows with a key, with inline room for a small world: one block of rows, more when there are many, so that
// adding or removing a row moves few others. boost::container::flat_map would do but for its pairs, which are not trivially
// copyable: rows that are let a block be copied with one memcpy.
#pragma once

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <type_traits>

#include "ovlsim/reads.hpp"

namespace ovlsim {

/// `Row` has a member function `key()` whose results are ordered by `<` and unique within the table. A table that was moved from may
/// only be destroyed or assigned to.
template <class Row, std::size_t Inline>
class table {
 public:
  static_assert(std::is_trivially_copyable_v<Row>);

  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = const Row*;
    using reference = const Row&;

    reference operator*() const { return *at_; }
    pointer operator->() const { return at_; }
    const_iterator& operator++() {
      if (++at_ == end_of(*block_) && block_ != last_) at_ = (++block_)->data();
      return *this;
    }
    const_iterator operator++(int) {
      const const_iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const const_iterator& other) const { return at_ == other.at_; }

   private:
    friend class table;
    const boost::container::small_vector<Row, Inline>* block_ = nullptr;
    const boost::container::small_vector<Row, Inline>* last_ = nullptr;
    const Row* at_ = nullptr;
  };

  const_iterator begin() const {
    note_all();
    return first();
  }
  /// The same for whoever notes by itself what it reads.
  const_iterator first() const { return at(blocks_.data(), blocks_.front().data()); }
  const_iterator end() const { return at(&blocks_.back(), end_of(blocks_.back())); }
  bool empty() const {
    note_all();
    return blocks_.front().empty();
  }
  std::size_t size() const {
    note_all();
    std::size_t rows = 0;
    for (const block& b : blocks_) rows += b.size();
    return rows;
  }

  /// The first row whose key is not below `key`.
  template <class Key>
  const_iterator lower_bound(const Key& key) const {
    if constexpr (is_noted) note(Row::pieces_from(key));
    const block* in = block_for(key);
    const Row* found = lower_bound_in(*in, key);
    if (found == end_of(*in) && in != &blocks_.back()) found = (++in)->data();
    return at(in, found);
  }

  template <class Key>
  const Row* find(const Key& key) const {
    note_row(key);
    const block& in = *block_for(key);
    const Row* found = lower_bound_in(in, key);
    return found != end_of(in) && found->key() == key ? found : nullptr;
  }

  /// For changing a row in place; its key must stay.
  template <class Key>
  Row* find(const Key& key) {
    return const_cast<Row*>(static_cast<const table*>(this)->find(key));
  }

  /// Calls `f` with each row, for changing it in place: its key, too, as long as the rows stay in their order.
  template <class F>
  void change_each(const F& f) {
    note_all();
    for (block& b : blocks_) {
      for (Row& row : b) f(row);
    }
  }

  /// Adds a row whose key is not in the table yet.
  Row& insert(const Row& row) {
    note_row(row.key());
    block* in = own(block_for(row.key()));
    if (in->size() == block_rows) {
      const std::ptrdiff_t half = block_rows / 2;
      const auto next = blocks_.insert(blocks_.begin() + (in - blocks_.data()) + 1, block(in->begin() + half, in->end()));
      in = &*next - 1;
      in->erase(in->begin() + half, in->end());
      if (!(row.key() < next->front().key())) in = &*next;
    }
    return *in->insert(in->begin() + (lower_bound_in(*in, row.key()) - in->data()), row);
  }

  template <class Key>
  bool erase(const Key& key) {
    note_row(key);
    block* in = own(block_for(key));
    const Row* found = lower_bound_in(*in, key);
    if (found == end_of(*in) || !(found->key() == key)) return false;
    in->erase(in->begin() + (found - in->data()));
    if (in->empty() && blocks_.size() > 1) blocks_.erase(blocks_.begin() + (in - blocks_.data()));
    return true;
  }

  /// The row of `key`, which is there, becomes `row`, whose key is the same or in no row yet.
  template <class Key>
  void replace(const Key& key, const Row& row) {
    note_row(key);
    note_row(row.key());
    block* in = own(block_for(key));
    if (in != block_for(row.key())) {
      erase(key);
      insert(row);
      return;
    }
    const auto from = in->begin() + (lower_bound_in(*in, key) - in->data());
    const auto to = in->begin() + (lower_bound_in(*in, row.key()) - in->data());
    if (to > from) {
      std::move(from + 1, to, from);
      *(to - 1) = row;
    } else {
      std::move_backward(to, from, from + 1);
      *to = row;
    }
  }

  /// Whose table this is, for whoever notes what is read of it: 0 is nobody's. Copies have the same owner; it has no part in comparisons.
  void set_owner(std::uint8_t owner) { owner_ = owner; }
  std::uint8_t owner() const { return owner_; }

  /// Notes a piece of what the table is a part of, as all that look something up do.
  void note(piece p) const {
    if (noted_reads == nullptr || owner_ == 0) return;
    p.owner = owner_;
    noted_reads->add(p);
  }

  bool operator==(const table& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

 private:
  using block = boost::container::small_vector<Row, Inline>;
  static constexpr std::size_t block_rows = 64;

  /// Rows of a filesystem say which piece they belong to. Whoever looks one up by another kind of key has to say it, too.
  static constexpr bool is_noted = requires(const Row& row) { Row::piece_at(row.key()); };
  template <class Key>
  void note_row(const Key& key) const {
    if constexpr (is_noted) note(Row::piece_at(key));
  }
  void note_all() const { note({.what = piece::kind::all}); }

  static const Row* end_of(const block& b) { return b.data() + b.size(); }
  block* own(const block* b) { return blocks_.data() + (b - blocks_.data()); }

  const_iterator at(const block* b, const Row* row) const {
    const_iterator i;
    i.block_ = b;
    i.last_ = &blocks_.back();
    i.at_ = row;
    return i;
  }

  /// The only block in which `key` can be: the last that begins with it or below, or the first.
  template <class Key>
  const block* block_for(const Key& key) const {
    const block* in = blocks_.data();
    for (std::size_t left = blocks_.size(); left > 1;) {
      const std::size_t half = left / 2;
      in += key < in[half].front().key() ? 0 : half;
      left -= half;
    }
    return in;
  }

  /// Halves without a branch on what it finds: which way a search goes cannot be predicted. (Of `? :` g++ makes a branch here.)
  template <class Key>
  static const Row* lower_bound_in(const block& b, const Key& key) {
    const Row* row = b.data();
    for (std::size_t left = b.size(); left > 0;) {
      const std::size_t half = (left + 1) / 2;
      row += half * static_cast<std::size_t>(row[half - 1].key() < key);
      left -= half;
    }
    return row;
  }

  // Never without a block, and no block is empty but an only one.
  boost::container::small_vector<block, 1> blocks_ = boost::container::small_vector<block, 1>(1);
  std::uint8_t owner_ = 0;
};

}  // namespace ovlsim
