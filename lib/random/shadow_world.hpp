// SPDX-License-Identifier: Apache-2.0
//
// What a story's author remembers of the whole world: filesystems, overlays, open files. note() keeps it up with each command
// that is written down, roughly as that command would go.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/command.hpp"
#include "random/shadow_tree.hpp"

namespace ovlsim::random {

struct shadow_fs {
  std::string name;
  fs_type type{};
  shadow_tree tree;

  bool writable() const { return type != fs_type::squashfs && type != fs_type::erofs; }
};

struct shadow_overlay {
  std::string name;
  bool mounted = false;
  mount_options options;
  shadow_tree tree;
  std::set<std::string, std::less<>> lower;  ///< what the lower layers show

  bool writable() const { return mounted && options.upper.has_value() && !options.ro; }
};

struct shadow_open {
  std::string handle;
  std::string fs;
  open_mode mode{};
  bool dir = false;
};

class shadow_world {
 public:
  std::vector<shadow_fs> filesystems;
  std::vector<shadow_overlay> overlays;
  std::vector<shadow_open> files;
  int images_made = 0;  ///< mkfs, mksquashfs, mkerofs, mke2fs, clone

  shadow_fs* fs(std::string_view name);
  shadow_overlay* overlay(std::string_view name);

  /// What lies at a filesystem or a mounted overlay; null where there is none.
  shadow_tree* tree(std::string_view name);

  /// The same where it can be changed now.
  shadow_tree* changeable(std::string_view name);

  bool in_use(std::string_view fs) const;  ///< a layer of a mounted overlay lies on it
  bool has_open_file(std::string_view name) const;

  void note(const command& c);

 private:
  struct visitor;
};

}  // namespace ovlsim::random
