// SPDX-License-Identifier: Apache-2.0
//
// Who writes a story: the random numbers, what was written so far, what is remembered of it, and the names in use. The chapters
// (layers, operations, mounts, changes, the sweep) are in the files beside this one, each a function on an author.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ovlsim/random.hpp"
#include "random/prng.hpp"
#include "random/shadow_world.hpp"

namespace ovlsim::random {

/// A part of a filesystem, or a whole overlay (with `base` empty), in which to choose names.
struct place {
  std::string fs;
  std::string base;

  path at(const std::string& rel) const { return {fs, base + rel == "" ? "/" : base + rel}; }
  path root() const { return at(""); }
};

/// How a lower layer came to be, so that it can be made again differently.
struct layer {
  place at;
  place source;        ///< of an image: the tree that it was made of; `source.fs` is empty for a directory on a filesystem
  fs_type image{};     ///< squashfs, erofs, or ext4 for mke2fs
  bool exports = true;
  std::optional<uuid> id;
};

/// How the profiles differ in what they do with layers; the verbs' weights are in operations.cpp. Numbers are percentages.
struct taste {
  int images = 45;          ///< lower layers that are images
  int same_id = 50;         ///< images with a UUID of their own choice: rebuilt under the same one
  int spoiled_mounts = 5;
  int read_only = 2;
  int second_overlay = 0;   ///< of the commands on an overlay
  int lower_changes = 55;   ///< of the changes while nothing is mounted; then come copies, other layers, the upper
  int nested = 15;          ///< stories whose lower layers lie on another overlay
  int copied_up = 0;        ///< files changed right after a mount, at most
  int duplicates = 12;      ///< of the changes of an upper: two objects with one origin
  std::array<int, 4> xino = {40, 12, 14, 34};  ///< weights of none, off, auto, on
};
taste taste_of(story_profile profile);

/// The mount options that a story is about.
mount_options random_features(prng& random);

class author {
 public:
  author(std::uint64_t seed, const story_shape& shape);

  prng random;
  prng seldom;                ///< for what came to the language later: the other draws are those that they were without it
  const story_shape shape;
  const random::taste taste;
  shadow_world world;

  std::vector<layer> lower;   ///< from the top down
  place upper;                ///< `fs` is empty when there is none
  place work;
  place other_upper;          ///< of a second overlay at the same time
  place other_work;
  place build;                ///< what images are made of; `fs` is empty until one is needed
  std::vector<place> spare_lower;  ///< layers that could be mounted as well: copies, clones, old uppers

  // The overlay `b` on which lower layers of the story's overlay may lie; its lower layers are empty when there is none.
  std::vector<layer> base_lower;
  place base_upper;
  place base_work;
  mount_options base_features;

  void write(command c);
  int left() const { return planned_ - written_; }
  bool may_make_filesystem() const { return world.images_made < shape.filesystems; }

  mount_options features;     ///< what most mounts of the story opt in to, when its shape says all_features

  const std::string& name();             ///< one of the few that the story is about
  std::string fresh_word(const std::string& stem);  ///< for filesystems and handles: `low`, `low2`, `low3`
  std::string data();
  uuid id();                             ///< one of two: duplicates are wanted

  scenario finish();

 private:
  std::vector<std::string> names_;
  std::map<std::string, int> words_;
  scenario story_;
  int planned_ = 0;
  int written_ = 0;
};

}  // namespace ovlsim::random
