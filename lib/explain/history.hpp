// SPDX-License-Identifier: Apache-2.0
//
// Where the files of the upper layers came from: the copy-ups of a run, and when a filesystem got another image under the same name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/places.hpp"
#include "explain/record.hpp"

namespace ovlsim::explaining {

/// An inode of one instance of a filesystem: neither another image nor another user of the number is the same.
struct instance {
  std::uint32_t fs = overlay::none;
  std::uint32_t dev = 0;
  ino_t64 ino = 0;
  std::uint32_t generation = 0;
  bool operator==(const instance&) const = default;
};
instance instance_of(const world& w, const real_place& at);

struct copy_up {
  std::size_t step = 0;
  instance upper;
  instance lower;                        ///< none (number 0) of a layer that lies on another overlay
  std::string upper_path;                ///< `up:/u/A`, as it was called then
  std::string lower_path;                ///< `low:/A`
  std::vector<std::string> lower_names;  ///< all paths of the lower within its filesystem then
  bool is_dir = false;
};

/// The copy-ups between two worlds, by the upper's number.
std::vector<copy_up> copy_ups_between(const world& before, const world& after, std::size_t step);

class history {
 public:
  explicit history(const recording& run);

  /// The copy-up that made an upper inode; null where none did (it was created, or copied by other means).
  const copy_up* of(const world& w, const real_place& upper) const;

  /// Is `now` the file that `from` was copied up from: the same inode, or in another image the one of the same name?
  static bool same_file(const world& w, const copy_up& from, const real_place& now);

  /// The last command up to `step` that made the filesystem of that index anew.
  std::size_t made_at(std::uint32_t fs, std::size_t step) const;

  /// The first command after which `at` had this value of the xattr, without a break up to `step`; nothing where it has another.
  std::optional<std::size_t> stored_at(const instance& at, std::string_view xattr, std::string_view value, std::size_t step) const;

  /// The command that gave the inode the path that it has after `step`.
  std::size_t named_at(const real_place& at, std::size_t step) const;

 private:
  const recording& run_;
  std::vector<copy_up> copy_ups_;
};

}  // namespace ovlsim::explaining
