// SPDX-License-Identifier: Apache-2.0
//
// The canonical form of each part of a world, given what is renamed.
#pragma once

#include <span>

#include "canonical/renaming.hpp"

namespace ovlsim::canonical {

/// What the dentries of a filesystem have become, by their old numbers. What is gone for good has become 0.
class dentry_numbers {
 public:
  dentry_numbers() = default;
  /// None below `next` has become anything yet.
  explicit dentry_numbers(std::uint32_t next) : now_(next, 0) {}
  /// Of a filesystem in canonical form: all stay what they are.
  static dentry_numbers as_they_are(const backing::filesystem& fs) {
    dentry_numbers all;
    all.next_ = fs.next_dentry;
    return all;
  }

  /// `old` becomes the next number, which is returned.
  std::uint32_t add(std::uint32_t old) {
    if (now_.size() <= old) now_.resize(old + 1, 0);
    return now_[old] = next_++;
  }
  std::uint32_t next() const { return next_; }
  std::uint32_t operator[](std::uint32_t old) const {
    if (now_.empty()) return old < next_ ? old : 0;
    return old < now_.size() ? now_[old] : 0;
  }

 private:
  boost::container::small_vector<std::uint32_t, 32> now_;  ///< empty: all stay what they are
  std::uint32_t next_ = 1;
};

/// Puts a filesystem into its form. `index`: of it in the world, which says its st_dev.
dentry_numbers put_in_form(backing::filesystem& fs, std::uint32_t index, const renaming& r, const name_table& names);

/// What the slots of an overlay have become, by old slot; overlay::none for free ones.
struct slot_numbers {
  boost::container::small_vector<std::uint32_t, 16> dentries;
  boost::container::small_vector<std::uint32_t, 16> inodes;
};

/// Puts the overlay at `place` of `w` into its form; the place says its st_devs. `upper`: the dentries of its upper filesystem. `devices`:
/// what the st_devs of the filesystems were when their numbers were taken into the overlay.
slot_numbers put_overlay_in_form(world& w, std::uint32_t place, const renaming& r, const dentry_numbers& upper,
                                 std::span<const std::uint32_t> devices);

}  // namespace ovlsim::canonical
