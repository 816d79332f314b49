// SPDX-License-Identifier: Apache-2.0
//
// Which numbers of a world become which. Each map keeps the order of what it renames, so that everything that sorts by it (listings,
// tables, `cp -a`) goes on as before.
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "ovlsim/world.hpp"

namespace ovlsim::canonical {

inline constexpr std::uint64_t range_size = std::uint64_t{1} << 20;    // inode_numbers.cpp
/// Made-up UUIDs are named after the filesystem that holds them, so many for each.
inline constexpr std::uint32_t ids_of_a_holder = 256;

/// Where the numbers stand in a file handle (backing/handles.cpp has the layouts).
struct handle_layout {
  std::size_t ino_at = 0;
  std::size_t ino_size = 0;
  std::size_t generation_at = 0;
};
/// The layout of a handle of that type and length; null where there is none of ours.
const handle_layout* layout_of(std::uint32_t type, std::size_t length);

std::uint64_t get_number(const char* at, std::size_t bytes);
void put_number(char* at, std::size_t bytes, std::uint64_t value);

/// The bytes of a handle that overlayfs stores (struct ovl_fb), taken apart; `fid` is empty where they are none.
struct stored_handle {
  char* id = nullptr;
  std::uint32_t type = 0;
  std::span<char> fid;
};
stored_handle stored_handle_in(std::span<char> bytes);

/// A UUID that a command has made up (images.cpp, mount.cpp): a number, written so that it looks like a random one.
bool is_made_up(const uuid& id);
uuid made_up(std::uint32_t n);

/// "#" and hexadecimal digits: a temporary name of overlayfs.
bool is_temporary(std::string_view name);
/// The name of an index entry: a stored handle in hexadecimal.
bool is_index_name(std::string_view name);

/// trusted.overlay.* or user.overlay.*: may hold handles and UUIDs.
bool is_own_xattr(std::string_view name);
/// ... and one of them that is a UUID.
bool holds_id(std::string_view name);

/// The filesystem has a range of inode numbers of its own (inode_numbers.cpp), or shares that of one that it is a clone of.
bool has_range(const backing::filesystem& fs);
/// Its numbers are given again: all stay what they are. (Of a btrfs, too: a clone goes on behind the highest number that it finds.)
bool keeps_numbers(const backing::filesystem& fs);
/// The inodes of a filesystem are all the numbers that it has ever given: whatever else names one of them, none can be closed up.
/// (Where numbers are given again they stay what they are, as do those of images.)
bool has_closed_ranks(const backing::filesystem& fs);

class renaming {
 public:
  explicit renaming(world& w) : w_(w) {}

  /// Finds out what is there to rename.
  void collect(std::span<const std::uint64_t> remembered);
  /// Nothing gets another number: parts that were canonical still are.
  bool is_identity() const { return numbers_stay_ && generations_stay_ && ids_stay_ && names_stay_; }
  /// All inode numbers stay what they are; all names do.
  bool keeps_all_numbers() const { return numbers_stay_; }
  bool keeps_all_names() const { return names_stay_; }
  /// Something in the part becomes another number: a canonical one is none any more.
  bool concerns(const backing::filesystem& fs) const;
  bool concerns(const overlay::mounted& o) const;

  /// Something has that number, or a later inode may get it.
  bool may_come(ino_t64 n) const;

  ino_t64 ino(ino_t64 n) const;
  /// Of inode `n` (its old number).
  std::uint32_t generation(ino_t64 n, std::uint32_t g) const;
  uuid id(const uuid& old) const;
  name_id name(name_id old) const;
  /// The numbers and UUIDs in the value of an xattr of that name; in a stored handle; in the fid alone.
  void in_xattr(std::string_view name, std::span<char> value) const;
  void in_stored(std::span<char> bytes) const;
  void in_fid(std::uint32_t type, std::span<char> fid) const;

  std::uint32_t temporaries() const { return temporaries_; }

 private:
  /// The numbers of the filesystems that share a range, or of those that are gone.
  struct range {
    ino_t64 first = 0;
    ino_t64 floor = 0;                                   ///< from here on numbers are still to be given: distances stay
    bool stays = false;                                  ///< none is left out, or those are given some day: all stay what they are
    boost::container::small_vector<ino_t64, 16> used;    ///< below `floor`, sorted
  };
  struct numbered {
    ino_t64 ino = 0;
    std::uint32_t generation = 0;
    auto operator<=>(const numbered&) const = default;
  };

  void find_ranges();
  void use(std::uint64_t n);
  void use(ino_t64 n, std::uint32_t generation);
  void use_fid(std::uint32_t type, std::span<const char> fid);
  void use_stored(std::span<const char> bytes, std::uint32_t holder);
  void use_id(const uuid& id, std::uint32_t holder);
  void collect(const backing::filesystem& fs, std::uint32_t index);
  void collect(const overlay::mounted& o);
  void collect_names();
  void settle();
  range* range_of(std::uint64_t n);
  const range* range_of(std::uint64_t n) const;

  world& w_;
  boost::container::small_vector<range, 2> ranges_;
  boost::container::small_vector<numbered, 16> generations_;
  boost::container::small_vector<std::pair<uuid, uuid>, 4> ids_;
  boost::container::small_vector<std::uint32_t, 4> id_counts_;  ///< by holder: how many ids it was the first to hold
  boost::container::small_vector<std::pair<name_id, name_id>, 4> names_;
  std::uint32_t temporaries_ = 0;
  bool numbers_stay_ = true;
  bool generations_stay_ = true;
  bool ids_stay_ = true;
  bool names_stay_ = true;
};

}  // namespace ovlsim::canonical
