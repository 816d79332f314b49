// SPDX-License-Identifier: Apache-2.0
//
// A sorted map of paths; all below `/a` lies in one run after it but for names like `/a-b`.
#include "random/shadow_tree.hpp"

#include <algorithm>
#include <utility>

namespace ovlsim::random {

shadow_tree::shadow_tree() { nodes_.emplace("", shadow_node{kind::dir}); }

shadow_node* shadow_tree::find(std::string_view path) {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? nullptr : &found->second;
}

const shadow_node* shadow_tree::find(std::string_view path) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? nullptr : &found->second;
}

bool shadow_tree::is_dir(std::string_view path) const {
  const shadow_node* node = find(path);
  return node != nullptr && node->what == kind::dir;
}

bool shadow_tree::is_empty_dir(std::string_view path) const {
  if (!is_dir(path)) return false;
  const auto child = nodes_.lower_bound(std::string(path) + "/");
  return child == nodes_.end() || !is_below(child->first, path);
}

void shadow_tree::add(const std::string& path, shadow_node node) { nodes_.insert_or_assign(path, std::move(node)); }

void shadow_tree::remove(const std::string& path) {
  for (auto one = nodes_.begin(); one != nodes_.end();) {
    one = !one->first.empty() && is_below(one->first, path) ? nodes_.erase(one) : std::next(one);
  }
}

void shadow_tree::move(const std::string& from, const std::string& to) {
  const shadow_tree moved = subtree(from);
  const shadow_node top = *find(from);
  remove(from);
  remove(to);
  add_subtree(to, moved);
  add(to, top);
}

void shadow_tree::exchange(const std::string& one, const std::string& other) {
  const shadow_tree moved = subtree(one);
  const shadow_node top = *find(one);
  move(other, one);
  add_subtree(other, moved);
  add(other, top);
}

shadow_tree shadow_tree::subtree(const std::string& path) const {
  shadow_tree result;
  for (const auto& [at, node] : nodes_) {
    if (at.size() > path.size() && is_below(at, path)) result.nodes_.emplace(at.substr(path.size()), node);
  }
  return result;
}

void shadow_tree::add_subtree(const std::string& path, const shadow_tree& tree) {
  for (const auto& [at, node] : tree.nodes_) nodes_.insert_or_assign(path + at, node);
}

void shadow_tree::cover_with(const shadow_tree& top) {
  for (const auto& [at, node] : top.nodes_) {
    if (at.empty()) continue;
    const bool merges = node.what == kind::dir && is_dir(at) && !node.opaque;
    if (!merges) remove(at);
    if (!merges && node.what != kind::whiteout) add(at, node);
  }
}

std::string parent_of(std::string_view path) { return std::string(path.substr(0, path.rfind('/'))); }

bool is_below(std::string_view path, std::string_view dir) {
  return path.substr(0, dir.size()) == dir && (path.size() == dir.size() || path[dir.size()] == '/');
}

std::optional<std::string> plain(std::string_view rest) {
  if (rest == "/") return std::string();
  for (std::size_t at = 0; at < rest.size();) {
    const std::size_t end = std::min(rest.find('/', at + 1), rest.size());
    const std::string_view name = rest.substr(at + 1, end - at - 1);
    if (name.empty() || name == "." || name == "..") return std::nullopt;
    at = end;
  }
  if (rest.empty() || rest.back() == '/') return std::nullopt;
  return std::string(rest);
}

}  // namespace ovlsim::random
