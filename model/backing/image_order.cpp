// SPDX-License-Identifier: Apache-2.0
//
// The two walks. Both tools sort each directory by name and go depth first; a directory is numbered before what is in
// it, and what follows it in its parent is numbered after all of that.
#include "backing/image_order.hpp"

#include <algorithm>

namespace ovlsim::backing {
namespace {

/// Calls `visit(name, node, in_root)` for every name below `dir`, in the tools' order.
template <class Visit>
void each_name(const image_tree& tree, std::uint32_t dir, const Visit& visit) {
  for (const auto& [name, node] : tree[dir].children) {
    visit(name, node, dir == 0);
    if (tree[node].type == file_type::dir) each_name(tree, node, visit);
  }
}

}  // namespace

void sort_names(image_node& dir) { std::sort(dir.children.begin(), dir.children.end()); }

std::vector<std::uint64_t> squashfs_numbers(const image_tree& tree) {
  std::vector<std::uint64_t> numbers(tree.size());
  std::uint64_t last = 0;
  // Several names of one inode are found by its whole `struct stat` (mksquashfs 4.5.1), so symlinks, fifos and devices
  // share a number as files do. On a source that keeps atimes, a symlink that nobody has read before is the exception:
  // the tool reads it between two names, and then takes it for another. We are exact for sources mounted noatime.
  each_name(tree, 0, [&](const std::string&, std::uint32_t node, bool) {
    if (numbers[node] == 0) numbers[node] = ++last;
  });
  // The root is numbered when the walk is over: its number tells how many inodes the image has.
  if (!tree.empty()) numbers[0] = ++last;
  return numbers;
}

std::vector<std::uint64_t> mke2fs_numbers(const image_tree& tree) {
  constexpr std::uint64_t root = 2, lost_and_found = 11;  // EXT2_ROOT_INO, EXT2_GOOD_OLD_FIRST_INO
  std::vector<std::uint64_t> numbers(tree.size());
  // Each new inode is the lowest free one from the parent's group on. Groups are filled from the first, so that is the
  // number after the one before, whichever group the parent is in.
  std::uint64_t last = lost_and_found;
  if (!tree.empty()) numbers[0] = root;
  each_name(tree, 0, [&](const std::string& name, std::uint32_t node, bool in_root) {
    const bool again = numbers[node] != 0;
    if (again && tree[node].type != file_type::symlink) return;
    const bool found = in_root && name == "lost+found" && tree[node].type == file_type::dir;
    const std::uint64_t number = found ? lost_and_found : ++last;
    if (!again) numbers[node] = number;
  });
  return numbers;
}

std::vector<std::uint32_t> symlinks_apart(image_tree& tree) {
  std::vector<std::uint32_t> copied;
  std::vector<bool> met(tree.size());
  const std::size_t nodes = tree.size();
  for (std::size_t dir = 0; dir < nodes; ++dir) {
    for (std::size_t i = 0; i < tree[dir].children.size(); ++i) {
      const std::uint32_t node = tree[dir].children[i].second;
      if (tree[node].type != file_type::symlink) continue;
      if (met[node]) {
        tree[dir].children[i].second = static_cast<std::uint32_t>(tree.size());
        tree.push_back(image_node(tree[node]));
        copied.push_back(node);
      }
      met[node] = true;
    }
  }
  return copied;
}

}  // namespace ovlsim::backing
