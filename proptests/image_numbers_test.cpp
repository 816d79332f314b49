// SPDX-License-Identifier: Apache-2.0
//
// Inode numbers as the tools of Debian 12 gave them (mksquashfs 4.5.1, mke2fs 1.47.0, mkfs.erofs 1.5; the images mounted
// on Linux 6.18), one small tree a rule. live_image_numbers_test.cpp asks the tools themselves.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "backing/erofs_layout.hpp"

namespace {

using namespace ovlsim;
using backing::erofs_numbers;
using backing::image_node;
using backing::image_tree;
using backing::mke2fs_numbers;
using backing::squashfs_numbers;

/// A tree written as a list of paths, parents first.
class tree_of {
 public:
  tree_of() { nodes_.push_back(image_node{.type = file_type::dir}); }

  tree_of& add(const std::string& path, file_type type, std::uint64_t size = 0,
               std::vector<std::pair<std::string, std::string>> xattrs = {}) {
    name(path, static_cast<std::uint32_t>(nodes_.size()));
    nodes_.push_back(image_node{.type = type, .size = size, .xattrs = std::move(xattrs)});
    return *this;
  }
  tree_of& file(const std::string& path, std::uint64_t size = 0) { return add(path, file_type::file, size); }
  tree_of& dir(const std::string& path) { return add(path, file_type::dir); }
  tree_of& link(const std::string& old, const std::string& path) {
    name(path, at_.at(old));
    return *this;
  }

  image_tree nodes() const { return nodes_; }

  /// "PATH NUMBER" of every name, by path, the root's first; in the bytes of the path that C++ gives it.
  std::string show(const std::vector<std::uint64_t>& numbers) const {
    std::string text = std::to_string(numbers.at(0));
    for (const auto& [path, node] : at_) text += ", " + path + " " + std::to_string(numbers.at(node));
    return text;
  }
  std::string squashfs() const { return show(squashfs_numbers(nodes_)); }
  std::string ext4() const { return show(mke2fs_numbers(nodes_)); }
  std::string erofs() const { return show(erofs_numbers(nodes_)); }

 private:
  void name(const std::string& path, std::uint32_t node) {
    const auto slash = path.rfind('/');
    const std::uint32_t parent = slash == std::string::npos ? 0 : at_.at(path.substr(0, slash));
    nodes_[parent].children.emplace_back(path.substr(slash + 1), node);
    backing::sort_names(nodes_[parent]);
    at_[path] = node;
  }

  image_tree nodes_;
  std::map<std::string, std::uint32_t> at_;
};

/// A file, a directory with a second name of it, and one of each other kind.
tree_of kinds() {
  tree_of tree;
  tree.dir("z").add("w", file_type::chr).add("p", file_type::fifo).add("l", file_type::symlink, 6).dir("d");
  return tree.file("d/x").file("a", 5).link("a", "d/y");
}

TEST(squashfs_numbers, count_names_by_byte_with_the_root_last) {
  tree_of tree;
  for (const char* name : {"aa", "\xc3\xa4", "a.b", "a-b", "a", "_u", "Al", "B", "9", "10"}) tree.file(name);
  EXPECT_EQ(tree.squashfs(), "11, 10 1, 9 2, Al 3, B 4, _u 5, a 6, a-b 7, a.b 8, aa 9, \xc3\xa4 10");
}

TEST(squashfs_numbers, a_directory_comes_before_its_contents_and_they_before_what_follows_it) {
  EXPECT_EQ(kinds().squashfs(), "8, a 1, d 2, d/x 3, d/y 1, l 4, p 5, w 6, z 7");
}

TEST(squashfs_numbers, a_hard_link_has_the_number_of_the_name_met_first) {
  tree_of tree;
  tree.file("z").file("m").dir("d").link("z", "d/z");
  EXPECT_EQ(tree.squashfs(), "4, d 1, d/z 2, m 3, z 2");
}

TEST(squashfs_numbers, an_empty_image_has_a_root_of_1) { EXPECT_EQ(tree_of().squashfs(), "1"); }

TEST(squashfs_numbers, the_update_of_the_report_gives_the_number_of_a_to_b) {
  EXPECT_EQ(tree_of().file("A").squashfs(), "2, A 1");
  EXPECT_EQ(tree_of().file("B").file("ZA").squashfs(), "3, B 1, ZA 2");
}

TEST(mke2fs_numbers, count_from_12) {
  EXPECT_EQ(kinds().ext4(), "2, a 12, d 13, d/x 14, d/y 12, l 15, p 16, w 17, z 18");
}

TEST(mke2fs_numbers, lost_and_found_in_the_root_is_the_tools_own) {
  tree_of tree;
  tree.dir("lost+found").file("lost+found/x").file("z").dir("d").dir("d/lost+found");
  EXPECT_EQ(tree.ext4(), "2, d 12, d/lost+found 13, lost+found 11, lost+found/x 14, z 15");
}

TEST(mke2fs_numbers, each_name_of_a_symlink_is_a_symlink_of_its_own) {
  tree_of tree;
  tree.add("l", file_type::symlink, 1).link("l", "m").file("z");
  EXPECT_EQ(tree.ext4(), "2, l 12, m 12, z 14");  // the function has one number a node
  image_tree apart = tree.nodes();
  EXPECT_EQ(backing::symlinks_apart(apart), (std::vector<std::uint32_t>{1}));
  ASSERT_EQ(apart.size(), 4u);
  EXPECT_EQ(mke2fs_numbers(apart), (std::vector<std::uint64_t>{2, 12, 14, 13}));
}

TEST(erofs_numbers, are_places_behind_the_superblock) {
  EXPECT_EQ(tree_of().erofs(), "36");
  EXPECT_EQ(tree_of().file("A", 5).erofs(), "36, A 40");
  EXPECT_EQ(tree_of().file("A", 5).file("B", 5).erofs(), "36, A 40, B 43");
}

TEST(erofs_numbers, a_longer_file_or_directory_moves_what_follows) {
  EXPECT_EQ(tree_of().file("A", 5).file("B", 38).file("C", 2).erofs(), "36, A 41, B 44, C 48");
}

TEST(erofs_numbers, of_every_kind) {
  EXPECT_EQ(kinds().erofs(), "36, a 42, d 45, d/x 49, d/y 42, l 51, p 54, w 56, z 58");
}

TEST(erofs_numbers, contents_that_do_not_fit_behind_the_inode_get_a_block_and_the_hole_is_filled) {
  EXPECT_EQ(tree_of().file("a", 4032).file("b", 4033).file("c", 4096).file("d", 10).erofs(),
            "36, a 128, b 41, c 43, d 45");
}

TEST(erofs_numbers, xattrs_follow_the_inode_unless_three_names_share_them) {
  const std::pair<std::string, std::string> k{"user.k", "value"};
  const std::pair<std::string, std::string> origin{"trusted.overlay.origin", std::string(29, 'o')};
  tree_of two;
  two.add("a", file_type::file, 5, {k}).add("b", file_type::file, 5, {k});
  EXPECT_EQ(two.erofs(), "36, a 40, b 43");
  tree_of four;
  four.add("a", file_type::file, 5, {k, origin}).add("b", file_type::file, 5, {k}).add("c", file_type::file, 5, {k});
  four.add("d", file_type::file, 5, {k});
  EXPECT_EQ(four.erofs(), "37, a 42, b 47, c 50, d 53");
}

TEST(erofs_numbers, names_that_begin_with_lost_and_found_are_left_out) {
  tree_of tree;
  tree.file("a").file("lost+found.txt").dir("lost+found").link("a", "lost+found/b");
  EXPECT_EQ(tree.erofs(), "36, a 40, lost+found 0, lost+found.txt 0, lost+found/b 40");
}

TEST(erofs_numbers, a_name_before_the_dot_is_written_before_its_directory_has_a_place) {
  EXPECT_EQ(tree_of().dir("-d").file("-d/x").file("-b", 3700).file("a").erofs(), "36, -b 128, -d 246, -d/x 250, a 252");
}

TEST(erofs_numbers, a_directory_of_several_blocks) {
  tree_of tree;
  tree.dir("d").file("z");
  for (int i = 1; i <= 300; ++i) tree.file("d/file" + std::to_string(i));
  const auto numbers = erofs_numbers(tree.nodes());
  EXPECT_EQ(numbers[1], 40u);     // d
  EXPECT_EQ(numbers[2], 818u);    // z
  EXPECT_EQ(numbers[3], 90u);     // d/file1
  EXPECT_EQ(numbers[4], 440u);    // d/file2
  EXPECT_EQ(numbers[101], 816u);  // d/file99
  EXPECT_EQ(numbers[302], 666u);  // d/file300
}

TEST(erofs_refuses, names_of_255_bytes_and_xattrs_without_an_index) {
  EXPECT_FALSE(backing::erofs_refuses(tree_of().file(std::string(254, 'n')).nodes()));
  EXPECT_TRUE(backing::erofs_refuses(tree_of().file(std::string(255, 'n')).nodes()));
  EXPECT_FALSE(backing::erofs_refuses(tree_of().add("a", file_type::file, 0, {{"security.x", ""}}).nodes()));
  EXPECT_TRUE(backing::erofs_refuses(tree_of().add("a", file_type::file, 0, {{"btrfs.compression", "lzo"}}).nodes()));
}

}  // namespace
