// SPDX-License-Identifier: Apache-2.0
//
// The names that occur in a world, each stored once: directory entries, xattr names, filesystem and handle names are ids into
// this table, so that comparing two names is comparing two numbers and a directory entry is a few plain bytes.
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace ovlsim {

enum class name_id : std::uint32_t {};

class name_table {
 public:
  /// The id of `text`, added when it is new. Ids count from 0 in order of first use, so they are deterministic.
  name_id intern(std::string_view text);

  /// The id of `text` if it was ever added. Looking a name up must not change a world: a lookup that fails changes nothing.
  std::optional<name_id> find(std::string_view text) const;

  /// Valid until the next intern().
  std::string_view text(name_id id) const;

  std::size_t size() const { return ends_.size(); }

  bool operator==(const name_table& other) const { return ends_ == other.ends_ && bytes_ == other.bytes_; }

 private:
  std::size_t slot_of(std::string_view text) const;
  void rehash(std::size_t slots);

  boost::container::small_vector<char, 192> bytes_;
  boost::container::small_vector<std::uint32_t, 32> ends_;
  boost::container::small_vector<std::uint32_t, 64> slots_;  // open addressing, id + 1; 0 is free. Derived from the others.
};

}  // namespace ovlsim
