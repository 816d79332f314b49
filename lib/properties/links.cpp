// SPDX-License-Identifier: Apache-2.0
#include "properties/links.hpp"

#include <algorithm>

namespace ovlsim::memory_of {

namespace {

/// The paths of a lower file's names in the layers of an overlay that are looked into.
std::vector<std::string> paths_of(const world& w, const overlay::mounted& o, const view::lower_file& f) {
  std::vector<std::string> paths;
  const std::uint32_t on = o.layers[f.layer].fs;
  const backing::filesystem& fs = *w.filesystems[on];
  for (const backing::dirent& e : fs.entries) {
    if (e.ino != f.ino) continue;
    std::string rest = "/" + std::string(w.names.text(e.name));
    ino_t64 dir = e.dir;
    const auto is_root = [&](const overlay::layer& l) { return l.fs == on && l.root == dir; };
    while (std::none_of(o.layers.begin() + 1, o.layers.end(), is_root)) {
      const auto up = std::find_if(fs.entries.begin(), fs.entries.end(), [&](const backing::dirent& d) { return d.ino == dir; });
      if (up == fs.entries.end()) break;
      rest.insert(0, "/" + std::string(w.names.text(up->name)));
      dir = up->dir;
    }
    paths.push_back(std::move(rest));
  }
  return paths;
}

bool is_same(const overlay::mounted& o, const view::lower_file& a, const view::lower_file& b) {
  return a.layer != 0 && b.layer != 0 && o.layers[a.layer].fs == o.layers[b.layer].fs && a.ino == b.ino;
}

/// Nothing was ever done to the name `n`, but to another one of its lower file; and what `other` was in the lower layers, if anything, is
/// not there any more. It may have been that one.
bool may_have_been(const memory& m, const world& w, const view::place& at, const view::cached_name& n, const view::cached_name& other) {
  if (!at.o->cfg.index || find(m.contents, at.key(n.at)) != nullptr || view::lower_behind(w, other)) return false;
  const std::optional<std::string> rest = lower_path(m, at, at.key(n.at));
  const view::lower_file f = rest ? view::in_lower(w, *at.o, *rest) : view::lower_file{};
  if (f.unknown || f.nlink < 2) return f.unknown;
  const std::vector<std::string> names = names_of_lower(m, w, at, f);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return find(m.contents, name) != nullptr; });
}

}  // namespace

std::string rest_of(const view::place& at, const std::string& key) { return key.size() == at.root.size() ? "/" : key.substr(at.root.size()); }

std::optional<std::string> lower_path(const memory& m, const view::place& at, const std::string& key) {
  std::string dir = key;
  while (dir.size() > at.root.size()) {
    dir.erase(dir.rfind('/'));
    const known_content* const known = dir.size() > at.root.size() ? find(m.contents, dir) : nullptr;
    if (known == nullptr) continue;
    if (known->lower.empty()) return std::nullopt;
    return known->lower + key.substr(dir.size());
  }
  return rest_of(at, key);
}

std::vector<std::string> names_of_lower(const memory& m, const world& w, const view::place& at, const view::lower_file& f) {
  std::vector<std::string> names;
  for (const std::string& path : paths_of(w, *at.o, f)) {
    std::vector<std::string> keys{at.root + path};
    for (const known_content& dir : m.contents) {  // a directory on the way may have another name in the overlay
      if (dir.lower.empty() || dir.lower == path || !view::is_at_or_below(path, dir.lower) || !view::is_at_or_below(dir.name, at.root)) continue;
      keys.push_back(dir.name + path.substr(dir.lower.size()));
    }
    for (std::string& key : keys) {
      if (lower_path(m, at, key) == path && is_same(*at.o, view::in_lower(w, *at.o, path), f)) names.push_back(std::move(key));
    }
  }
  return names;
}

std::string index_of(const world& w, const overlay::mounted& o) {
  return o.work_fs == overlay::none ? std::string() : view::backing_path(w, o.work_fs, o.workbasedir);
}

std::uint32_t new_link(const memory& m) {
  std::uint32_t link = 1;
  for (const known_content& c : m.contents) link = std::max(link, c.link + 1);
  return link;
}

void add_link(memory& m, const std::string& key, const std::string& name) {
  known_content* const from = find(m.contents, key);
  if (from == nullptr) return erase_below(m.contents, name);
  if (from->link == 0) from->link = new_link(m);
  known_content to = *from;
  to.name = name;
  to.below.clear();
  to.index.clear();
  put(m.contents, std::move(to));
}

std::uint32_t join_lower_links(memory& m, const world& w, const view::place& at, const std::string& key) {
  const std::optional<std::string> rest = at.o->cfg.index ? lower_path(m, at, key) : std::nullopt;
  const view::lower_file f = rest ? view::in_lower(w, *at.o, *rest) : view::lower_file{};
  if (f.unknown || f.nlink < 2) return 0;
  std::uint32_t link = 0;
  for (const std::string& name : names_of_lower(m, w, at, f)) {
    if (name == key || find(m.contents, name) != nullptr || view::in_upper(w, *at.o, rest_of(at, name)).is_there) continue;
    if (link == 0) link = new_link(m);
    const std::string path = lower_path(m, at, name).value_or(std::string());
    put(m.contents, {.name = name, .link = link, .below = view::name_of(w, *at.o, view::in_lower(w, *at.o, path), path), .index = index_of(w, *at.o)});
  }
  return link;
}

std::uint32_t join_upper_links(memory& m, const world& w, const view::place& at, const std::string& key) {
  const view::upper_file u = view::in_upper(w, *at.o, rest_of(at, key));
  if (!u.is_file) return 0;
  for (known_content& c : m.contents) {
    if (c.name == key || !c.exists || !c.below.empty() || !view::is_at_or_below(c.name, at.root)) continue;
    if (view::in_upper(w, *at.o, rest_of(at, c.name)).ino != u.ino) continue;
    if (c.link == 0) c.link = new_link(m);
    return c.link;
  }
  return 0;
}

bool are_links(const memory& m, const world& w, const view::place& at, const view::cached_name& a, const view::cached_name& b) {
  const std::optional<view::file> below = view::lower_behind(w, a);
  if (below && below == view::lower_behind(w, b)) return true;
  const known_content* const x = find(m.contents, at.key(a.at));
  const known_content* const y = find(m.contents, at.key(b.at));
  if (x != nullptr && y != nullptr && x->exists && y->exists) return x->link != 0 && x->link == y->link;
  return view::file_behind(w, a) == view::file_behind(w, b) || may_have_been(m, w, at, a, b) || may_have_been(m, w, at, b, a);
}

}  // namespace ovlsim::memory_of
