// SPDX-License-Identifier: Apache-2.0
//
// Who writes a story: the random numbers, what was written so far, what is remembered of it, and the names in use. The chapters
// (layers, operations, mounts, changes, the sweep) are in the files beside this one, each a function on an author.
#pragma once

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

class author {
 public:
  author(std::uint64_t seed, const story_shape& shape);

  prng random;
  const story_shape shape;
  shadow_world world;

  std::vector<layer> lower;   ///< from the top down
  place upper;                ///< `fs` is empty when there is none
  place work;
  place build;                ///< what images are made of; `fs` is empty until one is needed
  std::vector<place> spare_lower;  ///< layers that could be mounted as well: copies, clones, old uppers

  void write(command c);
  int left() const { return planned_ - written_; }
  bool may_make_filesystem() const { return world.images_made < shape.filesystems; }

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
