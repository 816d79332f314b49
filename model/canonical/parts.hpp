// SPDX-License-Identifier: Apache-2.0
//
// The canonical form of each part of a world, given what is renamed.
#pragma once

#include <span>
#include <utility>

#include "canonical/renaming.hpp"

namespace ovlsim::canonical {

/// The dentries of a filesystem: old number, new number, sorted. What is not in it is gone for good.
using dentry_numbers = boost::container::small_vector<std::pair<std::uint32_t, std::uint32_t>, 16>;

/// Dentries are numbered by where their names are.
dentry_numbers number_dentries(const backing::filesystem& fs, const renaming& r);
/// The same of one in canonical form.
dentry_numbers dentries_as_they_are(const backing::filesystem& fs);
/// 0 where there is none of that number any more.
std::uint32_t renumbered(const dentry_numbers& all, std::uint32_t old);

/// `index`: of the filesystem in the world, which says its st_dev.
void put_in_form(backing::filesystem& fs, std::uint32_t index, const renaming& r, const dentry_numbers& dentries, const name_table& names);

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
