// SPDX-License-Identifier: Apache-2.0
#include "properties/view.hpp"

#include <algorithm>

namespace ovlsim::view {

namespace {

const backing::inode* inode_of(const world& w, const file& f) { return w.filesystems[f.fs]->inodes.find(f.ino); }

/// Nothing in a layer that lies on another overlay: what that has is not looked into.
std::optional<file> entry_of(const world& w, std::uint32_t fs, ino_t64 dir, name_id name) {
  if (overlay::is_overlay(fs)) return std::nullopt;
  const backing::dirent* e = w.filesystems[fs]->entries.find(backing::dirent_key{dir, name});
  if (e == nullptr) return std::nullopt;
  return file{fs, e->ino};
}

bool is_whiteout(const world& w, const file& f) { return inode_of(w, f)->type == file_type::chr; }

std::string path_of(const world& w, const overlay::mounted& o, std::uint32_t d) {
  std::string text;
  for (; d != 0; d = o.dentries[d].parent) text.insert(0, "/" + std::string(w.names.text(o.dentries[d].name)));
  return text;
}

bool is_reachable(const overlay::mounted& o, std::uint32_t d) {
  for (; d != 0; d = o.dentries[d].parent) {
    if (d == overlay::none || !o.dentries[d].hashed || o.dentries[d].inode == overlay::none) return false;
  }
  return true;
}

}  // namespace

std::vector<cached_name> cached_names(const world& w) {
  std::vector<cached_name> names;
  for (std::uint32_t n = 0; n < w.overlays.size(); ++n) {
    const overlay::mounted& o = *w.overlays[n];
    for (std::uint32_t d = 1; d < o.dentries.size() && !o.detached; ++d) {
      if (!o.dentries[d].in_use || !is_reachable(o, d)) continue;
      names.push_back({n, d, {std::string(w.names.text(o.name)), path_of(w, o, d)}, o.inodes[o.dentries[d].inode].type});
    }
  }
  std::sort(names.begin(), names.end(), [](const cached_name& a, const cached_name& b) { return a.text() < b.text(); });
  return names;
}

std::vector<cached_name> cached_files(const world& w) {
  std::vector<cached_name> names = cached_names(w);
  std::erase_if(names, [](const cached_name& n) { return n.type != file_type::file; });
  return names;
}

std::vector<two_names> pairs(const world& w) {
  const std::vector<cached_name> names = cached_names(w);
  std::vector<two_names> all;
  for (std::size_t a = 0; a < names.size(); ++a) {
    for (std::size_t b = a + 1; b < names.size(); ++b) {
      const bool both_dirs = (names[a].type == file_type::dir) == (names[b].type == file_type::dir);
      if (names[a].overlay == names[b].overlay && both_dirs) all.emplace_back(names[a], names[b]);
    }
  }
  return all;
}

std::vector<two_names> pairs_with(const world& w, const path& at) {
  std::vector<two_names> all;
  const std::optional<cached_name> it = cached(w, at);
  if (!it || it->type != file_type::file) return all;
  for (cached_name& n : cached_files(w)) {
    if (n.overlay == it->overlay && n.dentry != it->dentry) all.emplace_back(*it, std::move(n));
  }
  return all;
}

std::optional<cached_name> cached(const world& w, const path& at) {
  for (cached_name& n : cached_names(w)) {
    if (n.at == at) return std::move(n);
  }
  return std::nullopt;
}

const overlay::mounted* overlay_named(const world& w, std::string_view name) {
  const auto at = std::find_if(w.overlays.begin(), w.overlays.end(), [&](const auto& o) { return !o->detached && w.names.text(o->name) == name; });
  return at == w.overlays.end() ? nullptr : &**at;
}

std::optional<file> lower_behind(const world& w, const cached_name& n) {
  const overlay::mounted& o = *w.overlays[n.overlay];
  const overlay::dentry& d = o.dentries[n.dentry];
  for (const overlay::lower_path& dir : o.inodes[o.dentries[d.parent].inode].lower) {
    const std::optional<file> found = entry_of(w, o.layers[dir.layer].fs, dir.ino, d.name);
    if (found) return is_whiteout(w, *found) ? std::nullopt : found;
  }
  return std::nullopt;
}

std::optional<file> file_behind(const world& w, const cached_name& n) {
  const overlay::mounted& o = *w.overlays[n.overlay];
  const overlay::dentry& d = o.dentries[n.dentry];
  if (const ino_t64 dir = o.inodes[o.dentries[d.parent].inode].upper; dir != 0) {
    const std::optional<file> found = entry_of(w, o.layers[0].fs, dir, d.name);
    if (found) return is_whiteout(w, *found) ? std::nullopt : found;
  }
  return lower_behind(w, n);
}

bool is_one_file(const world& w, const path& a, const path& b) {
  const std::optional<cached_name> x = cached(w, a);
  const std::optional<cached_name> y = cached(w, b);
  if (!x || !y || x->overlay != y->overlay) return false;
  const overlay::mounted& o = *w.overlays[x->overlay];
  return o.dentries[x->dentry].inode == o.dentries[y->dentry].inode || file_behind(w, *x) == file_behind(w, *y);
}

world after_lookup(const world& w, const path& at, const kernel& k) {
  world copy = w;
  apply(copy, cmd::stat{at}, k);
  return copy;
}

world without_caches(const world& w, const kernel& k) {
  world copy = w;
  apply(copy, cmd::drop_caches{}, k);
  return copy;
}

bool same_but_for_directories(const outcome& a, const outcome& b) {
  if (a.status != b.status || a.fields.index() != b.fields.index()) return false;
  outcome x = a;
  outcome y = b;
  for (outcome* o : {&x, &y}) {
    o->log.clear();
    if (auto* s = std::get_if<answer::stat>(&o->fields); s != nullptr && s->type == file_type::dir) s->ino = 0;
    if (auto* listed = std::get_if<answer::entries>(&o->fields)) {
      for (answer::entry& e : listed->by_name) e.ino = e.type == entry_type::dir ? 0 : e.ino;
    }
  }
  return x == y;
}

outcome would_answer(const world& w, const command& c, const kernel& k) {
  world copy = w;
  return apply(copy, c, k);
}

std::optional<answer::stat> stat(const world& w, const path& at, const kernel& k) {
  const outcome o = would_answer(w, cmd::stat{at}, k);
  const auto* s = std::get_if<answer::stat>(&o.fields);
  return s == nullptr ? std::nullopt : std::optional(*s);
}

std::optional<std::string> content(const world& w, const path& at, const kernel& k) {
  const outcome o = would_answer(w, cmd::read{at}, k);
  const auto* d = std::get_if<answer::data>(&o.fields);
  return d == nullptr ? std::nullopt : std::optional(d->bytes);
}

}  // namespace ovlsim::view
