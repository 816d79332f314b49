// SPDX-License-Identifier: Apache-2.0
//
// A walk of its own, on what is there: to look a path up with a command would change the caches.
#include "properties/meaning.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "properties/view.hpp"

namespace ovlsim::view {

namespace {

constexpr int most_links = 40;  // MAXSYMLINKS

/// Symlink targets of a backing filesystem.
std::optional<std::string> target_of(const world& w, std::uint32_t fs, ino_t64 ino) {
  if (overlay::is_overlay(fs)) return std::nullopt;
  const backing::inode* const i = w.filesystems[fs]->inodes.find(ino);
  if (i == nullptr || i->type != file_type::symlink) return std::nullopt;
  backing::note_content(*w.filesystems[fs], *i);
  if (i->content == backing::no_slot) return std::nullopt;
  const byte_string& bytes = w.filesystems[fs]->slots[i->content];
  return std::string(bytes.begin(), bytes.end());
}

/// Where a walk stands: a number of an inode or a dentry, which each side knows how to go on from.
class backing_walk {
 public:
  backing_walk(const world& w, std::uint32_t fs) : w_(w), fs_(fs) {}
  std::uint64_t root() const { return w_.filesystems[fs_]->root; }
  std::optional<std::uint64_t> child(std::uint64_t dir, name_id name) const {
    const backing::dirent* const e = w_.filesystems[fs_]->entries.find(backing::dirent_key{dir, name});
    return e == nullptr ? std::nullopt : std::optional<std::uint64_t>(e->ino);
  }
  std::optional<std::string> target(std::uint64_t at) const { return target_of(w_, fs_, at); }

 private:
  const world& w_;
  std::uint32_t fs_;
};

class cache_walk {
 public:
  cache_walk(const world& w, const overlay::mounted& o) : w_(w), o_(o) {}
  static std::uint64_t root() { return 0; }
  std::optional<std::uint64_t> child(std::uint64_t dir, name_id name) const {
    for (std::uint32_t d = 1; d < o_.dentries.size(); ++d) {
      const overlay::dentry& one = o_.dentries[d];
      if (one.in_use && one.hashed && one.parent == dir && one.name == name && one.inode != overlay::none) return d;
    }
    return std::nullopt;
  }
  std::optional<std::string> target(std::uint64_t at) const {
    const overlay::inode& i = o_.inodes[o_.dentries[at].inode];
    if (i.type != file_type::symlink) return std::nullopt;
    if (i.upper != 0) return target_of(w_, o_.layers[0].fs, i.upper);
    return i.lower.empty() ? std::nullopt : target_of(w_, o_.layers[i.lower.front().layer].fs, i.lower.front().ino);
  }

 private:
  const world& w_;
  const overlay::mounted& o_;
};

template <class Walk>
std::string plain(const world& w, const Walk& walk, std::string text, bool follow_last) {
  struct component {
    std::string name;
    std::optional<std::uint64_t> at;
  };
  std::vector<component> way;
  int links = 0;
  for (std::size_t at = 0; at < text.size();) {
    at = text.find_first_not_of('/', at);
    if (at == std::string::npos) break;
    const std::size_t end = std::min(text.find('/', at), text.size());
    std::string name = text.substr(at, end - at);
    at = end;
    if (name == ".") continue;
    if (name == "..") {
      if (!way.empty()) way.pop_back();
      continue;
    }
    const std::optional<std::uint64_t> dir = way.empty() ? walk.root() : way.back().at;
    const std::optional<name_id> id = w.names.find(name);
    const std::optional<std::uint64_t> there = dir && id ? walk.child(*dir, *id) : std::nullopt;
    const bool is_followed = end < text.size() || follow_last;
    const std::optional<std::string> target = there && is_followed ? walk.target(*there) : std::nullopt;
    if (target && ++links <= most_links) {
      if (target->starts_with('/')) way.clear();
      text = *target + text.substr(end);
      at = 0;
      continue;
    }
    way.push_back({std::move(name), there});
  }
  std::string rest;
  for (const component& c : way) rest += "/" + c.name;
  return rest.empty() ? "/" : rest;
}

place place_at(const world& w, const overlay::mounted& o) {
  if (!o.has_upper() || overlay::is_overlay(o.layers[0].fs)) return {&o, std::string(w.names.text(o.name)) + ":"};
  return {&o, backing_path(w, o.layers[0].fs, o.layers[0].root)};
}

}  // namespace

path meaning(const world& w, const path& p, bool follow_last) {
  if (const overlay::mounted* const o = overlay_named(w, p.fs)) return {p.fs, plain(w, cache_walk(w, *o), p.rest, follow_last)};
  for (std::uint32_t f = 0; f < w.filesystems.size(); ++f) {
    if (w.names.text(w.filesystems[f]->name) == p.fs) return {p.fs, plain(w, backing_walk(w, f), p.rest, follow_last)};
  }
  return p;
}

place place_of(const world& w, std::string_view overlay) {
  const overlay::mounted* const o = overlay_named(w, overlay);
  return o == nullptr ? place{} : place_at(w, *o);
}

place place_around(const world& w, std::string_view key) {
  for (const auto& o : w.overlays) {
    if (o->detached) continue;
    place p = place_at(w, *o);
    if (is_at_or_below(key, p.root)) return p;
  }
  return {};
}

std::string backing_path(const world& w, std::uint32_t fs, ino_t64 dir) {
  const backing::filesystem& in = *w.filesystems[fs];
  std::string rest;
  while (dir != in.root) {
    const auto at = std::find_if(in.entries.begin(), in.entries.end(), [&](const backing::dirent& e) { return e.ino == dir; });
    if (at == in.entries.end()) break;
    rest.insert(0, "/" + std::string(w.names.text(at->name)));
    dir = at->dir;
  }
  return std::string(w.names.text(in.name)) + ":" + rest;
}

bool is_at_or_below(std::string_view name, std::string_view dir) {
  return name.starts_with(dir) && (name.size() == dir.size() || name[dir.size()] == '/');
}

}  // namespace ovlsim::view
