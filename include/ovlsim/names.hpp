// SPDX-License-Identifier: Apache-2.0
//
// The names that occur in a world, each stored once: directory entries, xattr names, filesystem and handle names are ids into
// this table, so that comparing two names is comparing two numbers and a directory entry is a few plain bytes.
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

#include "ovlsim/copy_on_write.hpp"

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

  std::size_t size() const { return held_->ends.size(); }

  /// A copy that shares nothing with this one (copy_on_write::unshared).
  name_table unshared() const {
    name_table copy;
    copy.held_ = held_.unshared();
    return copy;
  }

  bool operator==(const name_table&) const = default;

 private:
  struct table {
    boost::container::small_vector<char, 192> bytes;
    boost::container::small_vector<std::uint32_t, 32> ends;
    struct slot {
      std::uint64_t digest = 0;     // of the name; with its size it says all of a short one
      std::uint32_t size = 0;
      std::uint32_t id_plus_1 = 0;  // 0: free
    };
    boost::container::small_vector<slot, 32> slots;  // open addressing. Derived from the others.

    std::string_view text(name_id id) const;
    std::size_t slot_of(std::string_view wanted, std::uint64_t digest) const;
    template <class Is>
    std::size_t first_slot(std::uint64_t digest, const Is& is) const;
    void rehash(std::size_t count);
    bool operator==(const table& other) const { return ends == other.ends && bytes == other.bytes; }
  };
  copy_on_write<table> held_;
};

}  // namespace ovlsim
