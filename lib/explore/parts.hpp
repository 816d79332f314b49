// SPDX-License-Identifier: Apache-2.0
//
// The parts that worlds are made of. A world in canonical form is a row of numbers of parts, and each part is kept once.
#pragma once

#include <boost/container/small_vector.hpp>

#include "explore/interned.hpp"
#include "ovlsim/property.hpp"

namespace ovlsim::explore_parts {

/// What of a world is neither a filesystem nor an overlay, and what is remembered of the story.
struct rest {
  decltype(world::files) files;
  decltype(world::handles) handles;
  decltype(world::pipes) pipes;
  std::uint32_t next_slot = 0;
  std::uint32_t next_temp = 0;
  memory past;
  bool operator==(const rest&) const = default;
};

std::uint64_t hash_of(const backing::filesystem& fs);
std::uint64_t hash_of(const overlay::mounted& o);
std::uint64_t hash_of(const rest& r);

/// About how many bytes it takes.
std::uint64_t memory_of(const backing::filesystem& fs);
std::uint64_t memory_of(const overlay::mounted& o);
std::uint64_t memory_of(const rest& r);

/// A world and what is remembered of how it came about.
struct situation {
  world w;
  memory past;
};

using row = boost::container::small_vector<std::uint32_t, 12>;

class part_store {
 public:
  /// The parts of every world are those of `like`, but for more filesystems that may come: `filesystems` of them, and the overlays of
  /// these names.
  part_store(const world& like, std::size_t filesystems, std::vector<std::string> overlays);

  std::size_t width() const { return filesystems_ + overlays_.size() + 1; }
  std::size_t place_of_rest() const { return width() - 1; }

  /// The numbers of the parts of a canonical world. Parts that it shares with `from`, whose numbers are `known`, are not looked at.
  row numbers_of(const situation& s, const world* from, std::span<const std::uint32_t> known);
  /// The world of these parts.
  situation made_of(std::span<const std::uint32_t> numbers) const;

  std::size_t size() const { return backing_.size() + mounted_.size() + rests_.size(); }
  std::uint64_t memory() const { return backing_.memory() + mounted_.memory() + rests_.memory() + held_; }
  name_table& names() { return names_; }

 private:
  template <class T>
  std::uint32_t number_of(interned<copy_on_write<T>>& all, const copy_on_write<T>& part);

  std::size_t filesystems_;
  std::vector<name_id> overlays_;  ///< ascending
  name_table names_;
  world template_;
  interned<copy_on_write<backing::filesystem>> backing_;
  interned<copy_on_write<overlay::mounted>> mounted_;
  interned<rest> rests_;
  std::uint64_t held_ = 0;
};

}  // namespace ovlsim::explore_parts
