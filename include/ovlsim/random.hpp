// SPDX-License-Identifier: Apache-2.0
//
// Random life stories of overlays: filesystems are made and filled, an overlay is mounted and used, unmounted, its layers
// change behind its back, it is mounted again; at the end everything is looked at. A story is a scenario like any other; the
// same seed gives the same story on every machine and with every standard library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/scenario.hpp"

namespace ovlsim {

/// What a story is about: where most of its commands go.
enum class story_profile : std::uint8_t {
  identity,    ///< copy-up, then lower layers that change between mounts: whose inode number is it?
  names,       ///< create, remove, rename, exchange, link, whiteouts, opaque and impure directories
  backing,     ///< no overlay: the backing filesystems alone, with every errno
  mounts,      ///< mount options, mounts that fail, layers in odd places
  handles,     ///< files and directories kept open while the world changes
};
std::string_view name(story_profile profile) noexcept;
inline constexpr int story_profiles = 5;

struct story_shape {
  story_profile profile = story_profile::identity;
  int shortest = 25;    ///< commands, about
  int longest = 60;
  bool all_features = false;  ///< mount options beyond the default configuration and xino
  int filesystems = 8;  ///< at most so many mkfs, mksquashfs, mkerofs, mke2fs and clone: a live run pays for each
  std::vector<fs_type> writable = {fs_type::ext4, fs_type::xfs, fs_type::btrfs, fs_type::tmpfs};
  std::vector<fs_type> images = {fs_type::squashfs, fs_type::erofs, fs_type::ext4};  ///< ext4: by mke2fs -d
};

/// One of all shapes, the profiles in the proportion in which they find something.
story_shape random_shape(std::uint64_t seed);

scenario random_story(std::uint64_t seed, const story_shape& shape);

/// The seed of the story number `index` in a run with `seed`.
std::uint64_t story_seed(std::uint64_t seed, std::uint64_t index) noexcept;

/// What a number of stories touched, to see that nothing is left out: `verb stat`, `fs ext4`, `option xino=on`, `layers 2`...
/// with how often, sorted by name.
struct story_count {
  std::string what;
  std::uint64_t times = 0;
};
class story_statistics {
 public:
  void add(const scenario& s);
  const std::vector<story_count>& counts() const noexcept { return counts_; }
  std::uint64_t of(std::string_view what) const noexcept;

 private:
  void count(std::string what);

  std::vector<story_count> counts_;
};

}  // namespace ovlsim
