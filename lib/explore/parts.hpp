// SPDX-License-Identifier: Apache-2.0
//
// The parts that worlds are made of. A world in canonical form is a row of numbers of parts, and each part is kept once.
#pragma once

#include <boost/container/small_vector.hpp>

#include <tuple>
#include <utility>
#include <vector>

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
  module_parameters module;
  memory past;
  bool operator==(const rest&) const = default;
};

std::uint64_t hash_of(const backing::filesystem& fs);
std::uint64_t hash_of(const overlay::mounted& o);
std::uint64_t hash_of(const rest& r);

/// How many bytes it takes, all that it holds included.
std::uint64_t memory_of(const backing::filesystem& fs);
std::uint64_t memory_of(const overlay::mounted& o);
std::uint64_t memory_of(const rest& r);

/// A world and what is remembered of how it came about.
struct situation {
  world w;
  memory past;
};

/// A part that is new to a world, or gone from it.
struct changed_part {
  std::uint32_t place = 0;            ///< in a row of all
  std::uint64_t hash = 0;             ///< of what is there now
  std::uint32_t number = no_number;   ///< of it, where it had one already
};
using changed_parts = boost::container::small_vector<changed_part, 4>;

using row = boost::container::small_vector<std::uint32_t, 12>;

/// The parts that one thread sees again and again, in copies of its own: threads that make worlds of the same parts would be at their
/// counts of owners all the time.
class own_parts {
 public:
  template <class T>
  const copy_on_write<T>& of(std::uint32_t number, const copy_on_write<T>& part) {
    auto& kept = std::get<std::vector<copy<T>>>(kept_);
    if (kept.empty()) kept.resize(most);
    copy<T>& place = kept[number % most];
    if (place.number == number) return place.part;
    if (std::exchange(place.seen, number) != number) return part;
    place.number = number;
    place.part = part.unshared();
    return place.part;
  }
  const name_table& names(const name_table& all) {
    if (names_.size() != all.size()) names_ = all.unshared();
    return names_;
  }

 private:
  static constexpr std::uint32_t most = 64;
  template <class T>
  struct copy {
    std::uint32_t number = no_number;
    std::uint32_t seen = no_number;  ///< which was asked for last
    copy_on_write<T> part;
  };
  std::tuple<std::vector<copy<backing::filesystem>>, std::vector<copy<overlay::mounted>>> kept_;
  name_table names_;
};

class part_store {
 public:
  /// The parts of every world are those of `like`, but for more filesystems that may come: `filesystems` of them, and the overlays of
  /// these names.
  part_store(const world& like, std::size_t filesystems, std::vector<std::string> overlays);

  std::size_t width() const { return filesystems_ + overlays_.size() + 1; }
  std::size_t place_of_rest() const { return width() - 1; }

  /// Which parts of a canonical world are others than those of `from`: all of them without one. Several threads may ask at once.
  changed_parts changes(const situation& s, const situation* from) const;
  /// The numbers of the parts of `s`: `known` ones, but for those that have changed. One thread at a time; others may ask the two beside it.
  row numbers_of(const situation& s, const changed_parts& changed, row known);
  row numbers_of(const situation& s) { return numbers_of(s, changes(s, nullptr), row(width(), 0)); }
  /// The world of these parts; of copies of `own`, if there are any. Several threads may ask at once, each with its own.
  situation made_of(std::span<const std::uint32_t> numbers, own_parts* own = nullptr) const;

  /// The number of a filesystem alone: no_number where it has none; and one that it gets if so, for one thread at a time.
  std::uint32_t look_up(const copy_on_write<backing::filesystem>& fs) const;
  std::uint32_t number_of(const copy_on_write<backing::filesystem>& fs);
  /// By number, from 1 on.
  const backing::filesystem& filesystem(std::uint32_t number) const { return *backing_[number - 1]; }
  std::uint32_t filesystems() const { return static_cast<std::uint32_t>(backing_.size()); }

  std::size_t size() const { return backing_.size() + mounted_.size() + rests_.size(); }
  std::uint64_t memory() const { return backing_.memory() + mounted_.memory() + rests_.memory() + held_; }
  name_table& names() { return names_; }
  const name_table& names() const { return names_; }
  /// Nobody else is looking anything up.
  void forget_smaller();

 private:
  template <class T>
  std::uint32_t number_of(interned<T>& all, const T& part, std::uint64_t hash);
  const copy_on_write<overlay::mounted>* overlay_at(std::size_t place, const world& w) const;

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
