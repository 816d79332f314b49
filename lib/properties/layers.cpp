// SPDX-License-Identifier: Apache-2.0
#include "properties/layers.hpp"

#include <algorithm>

#include "properties/meaning.hpp"

namespace ovlsim::view {

namespace {

/// An inode of a backing filesystem on the way along a path.
struct found_inode {
  const backing::filesystem& fs;
  const backing::inode& i;
};

bool has_mark(const world& w, const found_inode& f, std::string_view mark) {
  for (const backing::xattr& x : f.fs.xattrs) {
    if (x.ino != f.i.ino) continue;
    const std::string_view name = w.names.text(x.name);
    if ((name.starts_with("trusted.overlay.") || name.starts_with("user.overlay.")) && name.substr(name.rfind('.') + 1) == mark) return true;
  }
  return false;
}

/// Calls `each` with what there is at each component of `rest`, the root first; false when one is not there.
template <class Each>
bool walk(const world& w, std::uint32_t fs, ino_t64 root, std::string_view rest, const Each& each) {
  const backing::filesystem& in = *w.filesystems[fs];
  const backing::inode* at = in.inodes.find(root);
  while (at != nullptr) {
    each(found_inode{in, *at});
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    if (rest.empty()) return true;
    const std::string_view component = rest.substr(0, rest.find('/'));
    rest.remove_prefix(component.size());
    const std::optional<name_id> id = w.names.find(component);
    const backing::dirent* const e = id ? in.entries.find(backing::dirent_key{at->ino, *id}) : nullptr;
    at = e == nullptr ? nullptr : in.inodes.find(e->ino);
  }
  return false;
}

}  // namespace

upper_file in_upper(const world& w, const overlay::mounted& o, std::string_view rest) {
  upper_file u;
  if (!o.has_upper() || overlay::is_overlay(o.layers[0].fs)) return u;
  file_type type{};
  bool metacopy = false;
  bool redirected = false;
  u.is_there = walk(w, o.layers[0].fs, o.layers[0].root, rest, [&](const found_inode& f) {
    u.ino = f.i.ino;
    type = f.i.type;
    metacopy = type == file_type::file && has_mark(w, f, "metacopy");
    redirected = redirected || (type == file_type::dir && has_mark(w, f, "redirect"));
  });
  u.redirected = redirected;
  u.is_there = u.is_there && type != file_type::chr;
  u.is_file = u.is_there && type == file_type::file;
  u.metacopy = u.is_there && metacopy;
  return u;
}

lower_file in_lower(const world& w, const overlay::mounted& o, std::string_view rest) {
  for (std::size_t n = 1; n + o.data_layers < o.layers.size(); ++n) {
    if (overlay::is_overlay(o.layers[n].fs)) return {.unknown = true};
    bool marked = false;
    const backing::filesystem& fs = *w.filesystems[o.layers[n].fs];
    const backing::inode* last = nullptr;
    const bool found = walk(w, o.layers[n].fs, o.layers[n].root, rest, [&](const found_inode& f) {
      last = &f.i;
      marked = marked || has_mark(w, f, "opaque") || has_mark(w, f, "redirect") || has_mark(w, f, "metacopy") || has_mark(w, f, "whiteout");
    });
    if (marked) return {.unknown = true};
    if (!found) continue;
    lower_file f{.layer = static_cast<std::uint32_t>(n), .ino = last->ino, .nlink = last->nlink};
    if (last->type != file_type::file) return f;
    std::string data;
    backing::note_content(fs, *last);
    if (last->content != backing::no_slot) data.assign(fs.slots[last->content].begin(), fs.slots[last->content].end());
    data.resize(last->size, '\0');
    f.data = std::move(data);
    return f;
  }
  return {};
}

std::string name_of(const world& w, const overlay::mounted& o, const lower_file& f, std::string_view rest) {
  return backing_path(w, o.layers[f.layer].fs, o.layers[f.layer].root) + std::string(rest);
}

}  // namespace ovlsim::view
