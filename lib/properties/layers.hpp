// SPDX-License-Identifier: Apache-2.0
//
// What the layers of an overlay have at a plain path, whatever its caches hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ovlsim/apply.hpp"

namespace ovlsim::view {

/// What the upper directory has at a plain path of its overlay: the two trees have the same names.
struct upper_file {
  bool is_there = false;    ///< and is no whiteout
  bool is_file = false;     ///< a regular one
  bool metacopy = false;    ///< metadata only: its data are in a lower layer
  bool redirected = false;  ///< it, or a directory on the way, has a redirect: what is below it comes from elsewhere in the lower layers
  ino_t64 ino = 0;          ///< of what is there
};
upper_file in_upper(const world& w, const overlay::mounted& o, std::string_view rest);

/// What the lower layers have at a plain path, as a mount would find it.
struct lower_file {
  bool unknown = false;               ///< a layer lies on an overlay, or has marks of one itself: what it means is not looked into
  std::optional<std::string> data{};  ///< of a regular file
  std::uint32_t layer = 0;            ///< in which it was found; 0: in none
  ino_t64 ino = 0;
  std::uint32_t nlink = 0;
};
lower_file in_lower(const world& w, const overlay::mounted& o, std::string_view rest);
/// Its path on its own filesystem (`low:/B`), where it was found at `rest`.
std::string name_of(const world& w, const overlay::mounted& o, const lower_file& f, std::string_view rest);

}  // namespace ovlsim::view
