// SPDX-License-Identifier: Apache-2.0
//
// The canonical form of each part of a world, given what is renamed.
#pragma once

#include <algorithm>
#include <span>
#include <utility>

#include "canonical/renaming.hpp"

namespace ovlsim::canonical {

/// What the dentries of a filesystem have become, by their old numbers. What is gone for good has become 0.
class dentry_numbers {
 public:
  dentry_numbers() = default;
  /// Of a filesystem in canonical form: all stay what they are.
  static dentry_numbers as_they_are() {
    dentry_numbers all;
    all.stay_ = true;
    return all;
  }

  void add(backing::dentry_id old, backing::dentry_id now) { now_.emplace_back(old, now); }
  /// All were added.
  void settle() {
    if (!std::is_sorted(now_.begin(), now_.end())) std::sort(now_.begin(), now_.end());
  }
  backing::dentry_id operator[](backing::dentry_id old) const {
    if (stay_) return old;
    const auto at = std::lower_bound(now_.begin(), now_.end(), std::pair(old, backing::dentry_id{0}));
    return at != now_.end() && at->first == old ? at->second : 0;
  }

 private:
  boost::container::small_vector<std::pair<backing::dentry_id, backing::dentry_id>, 16> now_;
  bool stay_ = false;
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
