// SPDX-License-Identifier: Apache-2.0
//
// What a story's author remembers of one filesystem or overlay: which names there may be and of what kind, so that most
// commands make sense. No model: hard links, contents and permissions are forgotten, and being wrong costs an ENOENT.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovlsim::random {

enum class kind { file, dir, symlink, fifo, whiteout };

struct shadow_node {
  kind what = kind::file;
  bool merged = false;  ///< a directory that some lower layer has: it cannot be renamed
  bool opaque = false;  ///< a directory that hides what lies below it
  std::vector<std::string> xattrs;
};

/// Paths are written `/a/b`; the root is the empty string.
class shadow_tree {
 public:
  using nodes = std::map<std::string, shadow_node, std::less<>>;

  shadow_tree();

  const nodes& all() const { return nodes_; }
  shadow_node* find(std::string_view path);
  const shadow_node* find(std::string_view path) const;
  bool is_dir(std::string_view path) const;
  bool is_empty_dir(std::string_view path) const;

  void add(const std::string& path, shadow_node node);
  void remove(const std::string& path);  ///< with all below it
  void move(const std::string& from, const std::string& to);
  void exchange(const std::string& one, const std::string& other);

  /// All below `path` as a tree of its own.
  shadow_tree subtree(const std::string& path) const;
  void add_subtree(const std::string& path, const shadow_tree& tree);

  /// `top` mounted over this tree, as overlayfs merges them.
  void cover_with(const shadow_tree& top);

 private:
  nodes nodes_;
};

std::string parent_of(std::string_view path);
bool is_below(std::string_view path, std::string_view dir);  ///< or the same

/// The path as a tree writes it; nothing for one with `.`, `..`, empty components or slashes at its end.
std::optional<std::string> plain(std::string_view rest);

}  // namespace ovlsim::random
