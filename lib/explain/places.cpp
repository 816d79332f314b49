// SPDX-License-Identifier: Apache-2.0
#include "explain/places.hpp"

#include <algorithm>

#include "scenario/lexer.hpp"
#include "text/utf8.hpp"

namespace ovlsim::explaining {

namespace {

constexpr std::size_t deepest = 4096;  // no path is longer; a cycle of removed directories would be

/// Entries of an index directory are named after file handles, 58 digits and more.
std::string shown_component(std::string_view name) {
  constexpr std::size_t long_name = 40;
  constexpr std::size_t kept = 10;
  const bool is_handle = name.size() >= long_name && name.starts_with("00fb");
  return std::string(is_handle ? name.substr(0, kept) : name).append(is_handle ? "..." : "");
}

/// The path of a directory; nothing where it was removed.
std::optional<std::string> directory_path(const world& w, const backing::filesystem& fs, ino_t64 dir) {
  std::string path;
  for (std::size_t depth = 0; dir != fs.root; ++depth) {
    const auto names_it = [dir](const backing::dirent& e) { return e.ino == dir; };
    const auto e = std::find_if(fs.entries.begin(), fs.entries.end(), names_it);
    if (e == fs.entries.end() || depth > deepest) return std::nullopt;
    path.insert(0, "/" + shown_component(w.names.text(e->name)));
    dir = e->dir;
  }
  return path;
}

std::string shown(const std::string& path) { return scenario_text::word(path); }

}  // namespace

const backing::filesystem* filesystem_at(const world& w, std::uint32_t fs) noexcept {
  return fs < w.filesystems.size() ? &*w.filesystems[fs] : nullptr;
}

std::string name_of(const world& w, const backing::filesystem& fs) { return std::string(w.names.text(fs.name)); }

std::vector<std::string> paths_within(const world& w, const backing::filesystem& fs, ino_t64 ino) {
  std::vector<std::string> paths;
  if (ino == fs.root) return {"/"};
  for (const backing::dirent& e : fs.entries) {
    if (e.ino != ino) continue;
    if (const auto dir = directory_path(w, fs, e.dir)) paths.push_back(*dir + "/" + shown_component(w.names.text(e.name)));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string path_of(const world& w, std::uint32_t fs, ino_t64 ino) {
  const backing::filesystem* in = filesystem_at(w, fs);
  if (in == nullptr) {
    const overlay::mounted* o = overlay_at(w, fs);
    const bool cached = o != nullptr && ino != 0 && ino <= o->dentries.size() && o->dentries[ino - 1].in_use;
    return cached ? path_of(w, *o, static_cast<std::uint32_t>(ino - 1)) : "what another overlay had";
  }
  const std::vector<std::string> paths = paths_within(w, *in, ino);
  if (paths.empty()) return name_of(w, *in) + ":(inode " + std::to_string(ino) + ", no name)";
  return shown(name_of(w, *in) + ":" + paths.front());
}

std::string path_of(const world& w, std::uint32_t fs, const backing::dirent& entry) {
  const backing::filesystem* in = filesystem_at(w, fs);
  if (in == nullptr) return "a name in another overlay";
  const std::optional<std::string> dir = directory_path(w, *in, entry.dir);
  return shown(name_of(w, *in) + ":" + dir.value_or("(removed directory)") + "/" + shown_component(w.names.text(entry.name)));
}

std::string path_of(const world& w, const overlay::mounted& o, std::uint32_t dentry) {
  std::string path;
  for (std::size_t depth = 0; dentry < o.dentries.size() && o.dentries[dentry].parent != overlay::none && depth < deepest; ++depth) {
    path.insert(0, "/" + std::string(w.names.text(o.dentries[dentry].name)));
    dentry = o.dentries[dentry].parent;
  }
  if (path.empty()) path = "/";
  return o.detached ? name_of(w, o) + "'s " + path : shown(name_of(w, o) + ":" + path);
}

const overlay::mounted* overlay_with_id(const world& w, std::uint32_t id) noexcept {
  const auto it = std::find_if(w.overlays.begin(), w.overlays.end(), [id](const auto& o) { return o->id == id; });
  return it == w.overlays.end() ? nullptr : &**it;
}

const overlay::mounted* overlay_at(const world& w, std::uint32_t fs) noexcept {
  return overlay::is_overlay(fs) ? overlay_with_id(w, fs - overlay::on_overlay) : nullptr;
}

std::string name_of(const world& w, const overlay::mounted& o) {
  return o.detached ? "an unmounted overlay" : std::string(w.names.text(o.name));
}

std::string name_of_layer(const world& w, std::uint32_t fs) {
  if (const backing::filesystem* in = filesystem_at(w, fs)) return name_of(w, *in);
  const overlay::mounted* o = overlay_at(w, fs);
  return o == nullptr ? std::string() : name_of(w, *o);
}

const overlay::mounted* overlay_named(const world& w, std::string_view name) noexcept {
  for (const auto& o : w.overlays) {
    if (!o->detached && w.names.text(o->name) == name) return &*o;
  }
  return nullptr;
}

std::optional<std::uint32_t> cached_dentry(const world& w, const overlay::mounted& o, std::string_view rest) {
  std::uint32_t at = 0;  // the root
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view name = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (name.empty() || name == ".") continue;
    const std::optional<name_id> id = w.names.find(name);
    const auto is_it = [&](const overlay::dentry& d) { return d.in_use && d.hashed && id && d.name == *id && d.parent == at; };
    const auto next = std::find_if(o.dentries.begin(), o.dentries.end(), is_it);
    if (next == o.dentries.end()) return std::nullopt;
    at = static_cast<std::uint32_t>(next - o.dentries.begin());
  }
  return at;
}

ino_t64 inode_at(const world& w, const backing::filesystem& fs, std::string_view rest) {
  ino_t64 at = fs.root;
  while (!rest.empty() && at != 0) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view name = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (name.empty() || name == ".") continue;
    const std::optional<name_id> id = w.names.find(name);
    const backing::dirent* e = id ? fs.entries.find(backing::dirent_key{at, *id}) : nullptr;
    at = e == nullptr ? 0 : e->ino;
  }
  return at;
}

real_place real_of(const overlay::mounted& o, const overlay::lower_path& lower) noexcept {
  if (lower.ino == 0 || lower.layer >= o.layers.size()) return {};
  return {o.layers[lower.layer].fs, lower.ino};
}

std::optional<std::string_view> xattr_of(const world& w, const backing::filesystem& fs, ino_t64 ino, std::string_view name) {
  const std::optional<name_id> id = w.names.find(name);
  const backing::xattr* x = id ? fs.xattrs.find(backing::xattr_key{ino, *id}) : nullptr;
  if (x == nullptr) return std::nullopt;
  const byte_string& bytes = fs.slots[x->value];
  return std::string_view{bytes.data(), bytes.size()};
}

}  // namespace ovlsim::explaining
