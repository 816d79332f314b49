// SPDX-License-Identifier: Apache-2.0
//
// link_path_walk() and its two ends.
#include "vfs/walk.hpp"

#include "backing/tree.hpp"

namespace ovlsim::vfs {

namespace {

constexpr std::size_t path_max = 4096;
constexpr int max_links = 40;  // MAXSYMLINKS

std::string link_target(const context& c, const node& n) {
  const real_inode r = real_of(c, n);
  const backing::filesystem& fs = *c.w.filesystems[r.fs];
  return std::string(backing::target(fs, *backing::find(fs, r.ino)));
}

void to_parent(node_path& dirs) {
  if (dirs.size() > 1) dirs.pop_back();
}

/// Walks on from where `w` stands.
void walk_from(context& c, parent_walk& w, std::string_view text) {
  std::string expanded;  // what `text` shows once a symlink was met
  std::size_t at = 0;
  if (!text.empty() && text[0] == '/') w.dirs.resize(1);
  w.kind = last_kind::root;
  w.slash = false;
  w.last.clear();
  while (true) {
    at = text.find_first_not_of('/', at);
    if (at == std::string_view::npos) return;
    const std::size_t end = text.find('/', at);
    const std::string_view component = text.substr(at, end == std::string_view::npos ? end : end - at);
    const std::size_t next = end == std::string_view::npos ? end : text.find_first_not_of('/', end);
    if (next == std::string_view::npos) {
      w.last = component;
      w.slash = end != std::string_view::npos;
      w.kind = component == "." ? last_kind::dot : component == ".." ? last_kind::dotdot : last_kind::normal;
      return;
    }
    at = next;
    if (component == ".") continue;
    if (component == "..") {
      to_parent(w.dirs);
      continue;
    }
    const result<node> found = lookup(c, w.dir(), component);
    w.error = !found ? found.error : is_positive(c, found.value) ? errc::ok : errc::enoent;
    if (w.error != errc::ok) return;
    const file_type type = type_of(c, found.value);
    if (type == file_type::symlink) {
      if (++w.links > max_links) {
        w.error = errc::eloop;
        return;
      }
      expanded = link_target(c, found.value).append("/").append(text.substr(at));
      text = expanded;
      at = 0;
      if (text[0] == '/') w.dirs.resize(1);
    } else if (type != file_type::dir) {
      w.error = errc::enotdir;
      return;
    } else {
      w.dirs.push_back(found.value);
    }
  }
}

}  // namespace

parent_walk walk_to_parent(context& c, const path& p) {
  parent_walk w;
  const result<node> root = root_of(c, p.fs);
  w.error = p.rest.size() >= path_max ? errc::enametoolong : root.error;
  if (w.error != errc::ok) return w;
  w.dirs.push_back(root.value);
  walk_from(c, w, p.rest);
  return w;
}

parent_walk follow(context& c, parent_walk w, std::string_view target) {
  if (++w.links > max_links) {
    w.error = errc::eloop;
    return w;
  }
  std::string text(target);
  if (w.slash) text += '/';
  walk_from(c, w, text);
  return w;
}

result<node> resolve(context& c, const path& p, bool follow_last) {
  parent_walk w = walk_to_parent(c, p);
  while (true) {
    if (w.error != errc::ok) return w.error;
    if (w.kind != last_kind::normal) {
      if (w.kind == last_kind::dotdot) to_parent(w.dirs);
      return w.dir();
    }
    const result<node> found = lookup(c, w.dir(), w.last);
    if (!found) return found.error;
    if (!is_positive(c, found.value)) return errc::enoent;
    if (type_of(c, found.value) == file_type::symlink && (follow_last || w.slash)) {
      w = follow(c, std::move(w), link_target(c, found.value));
      continue;
    }
    if (w.slash && !is_dir(c, found.value)) return errc::enotdir;
    return found.value;
  }
}

}  // namespace ovlsim::vfs
