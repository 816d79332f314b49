// SPDX-License-Identifier: Apache-2.0
//
// A directory tree of a backing filesystem: names, inodes, contents, and the xattrs with what their handles mean.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "draw/panels.hpp"
#include "explain/columns.hpp"
#include "explain/handles.hpp"
#include "render/fields.hpp"
#include "text/utf8.hpp"

namespace ovlsim::drawing {

namespace {

using explaining::real_place;
using row_kind = scene_row::kind;
using arrow_kind = scene_arrow::kind;

std::uint32_t filesystem_named(const world& w, const std::string& name) {
  for (std::uint32_t n = 0; n < w.filesystems.size(); ++n) {
    if (w.names.text(w.filesystems[n]->name) == name) return n;
  }
  return overlay::none;
}

class layer_writer {
 public:
  layer_writer(const story_view& v, const planned_panel& p, std::uint32_t fs, scene_panel& panel, collected& out)
      : v_(v), w_(v.now()), p_(p), n_(fs), fs_(*w_.filesystems[fs]), panel_(panel), out_(out) {
    for (const planned_panel& other : v.panels) {
      if (&other == &p || other.fs != p.fs || other.what == scene_panel::kind::overlay) continue;
      if (const ino_t64 root = explaining::inode_at(w_, fs_, other.rest); root != 0) own_panels_.insert(root);
    }
  }

  /// Is there anything that has no panel of its own?
  bool has_more_than_layers() const {
    return own_panels_.empty() ||
           std::any_of(fs_.entries.begin(), fs_.entries.end(), [this](const backing::dirent& e) { return e.dir == fs_.root && own_panels_.count(e.ino) == 0; });
  }

  void write(ino_t64 root) {
    name(backing::dirent{root, root, {}, 0, 0}, panel_.title + "//", panel_.title, "/", 0);
    if (root == fs_.root) nameless();
  }

 private:
  std::string_view content(const backing::inode& i) const {
    if (i.content == backing::no_slot) return {};
    const byte_string& bytes = fs_.slots[i.content];
    return {bytes.data(), bytes.size()};
  }

  scene_row& row(row_kind what, std::uint32_t depth, std::string key, std::string text, std::string note = {}) {
    return add_row(panel_, what, depth, std::move(key), std::move(text), std::move(note));
  }

  void name(const backing::dirent& e, const std::string& key, const std::string& path, const std::string& shown, std::uint32_t depth) {
    const backing::inode* i = fs_.inodes.find(e.ino);
    if (i == nullptr) return;
    std::string text = shown;
    if (i->type == file_type::dir && shown != "/") text += "/";
    if (i->type == file_type::symlink) text += " -> " + render::told_name(content(*i));
    if (i->type == file_type::chr) text += " (whiteout)";
    if (i->type == file_type::fifo || i->type == file_type::socket) text += fmt::format(" ({})", ovlsim::name(i->type));
    scene_row& r = row(row_kind::name, depth, key, std::move(text), number_in_words(*i));
    r.is_muted = i->type == file_type::chr;
    const std::string told_path = render::told_name(path);
    const auto [seen, first] = out_.rows.emplace(std::pair(n_, e.ino), shown_inode{key, told_path});
    if (own_panels_.count(e.ino) != 0 && depth != 0) {
      panel_.rows.back().is_muted = true;
      row(row_kind::detail, depth + 1, key + "//panel", "has a panel of its own").is_muted = true;
      return;
    }
    if (first) {
      details(*i, e, key, told_path, depth + 1);
    } else {
      row(row_kind::detail, depth + 1, key + "//link", "the same inode as " + seen->second.path).is_muted = true;
    }
    if (i->type == file_type::dir) children(e.ino, key, path, depth + 1);
  }

  void children(ino_t64 dir, const std::string& key, const std::string& path, std::uint32_t depth) {
    std::vector<std::pair<std::string, const backing::dirent*>> names;
    for (auto e = fs_.entries.lower_bound(backing::dirent_key{dir, name_id{}}); e != fs_.entries.end() && e->dir == dir; ++e) {
      names.emplace_back(w_.names.text(e->name), &*e);
    }
    std::sort(names.begin(), names.end());
    for (const auto& [bytes, e] : names) {
      const std::string shown = render::told_name(bytes);
      name(*e, key + "/" + (text::is_utf8(bytes) ? bytes : "//" + text::to_hex(bytes)), path + (path.ends_with('/') ? "" : "/") + bytes, shown, depth);
    }
  }

  /// Inodes that live on because something holds them.
  void nameless() {
    std::set<ino_t64> named = {fs_.root};
    for (const backing::dirent& e : fs_.entries) named.insert(e.ino);
    bool any = false;
    for (const backing::inode& i : fs_.inodes) {
      if (named.count(i.ino) != 0) continue;
      if (!any) row(row_kind::heading, 0, panel_.key + "//nameless", "inodes without a name");
      any = true;
      const std::string key = fmt::format("{}://#{}", p_.fs, i.ino);
      row(row_kind::inode, 0, key, std::string(ovlsim::name(i.type)), number_in_words(i));
      const std::string path = explaining::path_of(w_, n_, i.ino);
      out_.rows.emplace(std::pair(n_, i.ino), shown_inode{key, path});
      details(i, backing::dirent{0, i.ino, {}, 0, 0}, key, path, 1);
    }
  }

  void details(const backing::inode& i, const backing::dirent& e, const std::string& key, const std::string& path, std::uint32_t depth) {
    if (i.type == file_type::file) {
      const std::string_view data = content(i);
      const bool is_hole = data.size() < i.size;
      constexpr std::size_t longest = 120;  // more than a row shows
      std::string text = i.size == 0 ? std::string("empty") : is_hole ? std::string("a hole") : explaining::cut(render::told_data(data), longest);
      std::string note = i.size == 0 ? std::string() : fmt::format("{} byte{}", i.size, i.size == 1 ? "" : "s");
      if (i.nlink > 1) note += fmt::format("{}{} links", note.empty() ? "" : ", ", i.nlink);
      row(row_kind::detail, depth, key + "//data", std::move(text), std::move(note));
    }
    std::vector<std::pair<std::string, std::string_view>> xattrs;
    for (auto x = fs_.xattrs.lower_bound(backing::xattr_key{i.ino, name_id{}}); x != fs_.xattrs.end() && x->ino == i.ino; ++x) {
      const byte_string& bytes = fs_.slots[x->value];
      xattrs.emplace_back(w_.names.text(x->name), std::string_view{bytes.data(), bytes.size()});
    }
    std::sort(xattrs.begin(), xattrs.end());
    for (const auto& [xattr, value] : xattrs) tell_xattr(xattr, value, e, key, path, depth);
  }

  void tell_xattr(const std::string& xattr, std::string_view value, const backing::dirent& e, const std::string& key, const std::string& path,
                  std::uint32_t depth) {
    const std::string_view own = explaining::own_xattr(xattr);
    const std::string shown(own.empty() ? std::string_view(xattr) : own);
    const auto handle = own == "origin" || own == "upper" ? explaining::decode_handle(value) : std::nullopt;
    const std::string at = key + "//" + xattr;
    scene_row& r = row(row_kind::detail, depth, at, {});
    r.words = xattr + ": " + explaining::xattr_in_words(xattr, value);
    if (!handle) {
      const std::string words = explaining::xattr_in_words(xattr, value);
      r.text = shown + ": " + (own == "uuid" ? words.substr(0, words.find('-')) : words);
      return;
    }
    r.text = handle->known ? fmt::format("{}: #{} gen {}", shown, handle->ino, handle->generation) : shown + ": a file handle";
    r.note = "UUID " + short_uuid(handle->id, "null");
    const meaning m = meaning_of(v_.run, v_.past, v_.step, v_.k, v_.candidates, {n_, e.ino}, e, xattr, value);
    const std::string means = key + "//means//" + xattr;  // no xattr is of a namespace `means//`
    scene_row& says = row(kind_of(m.what), depth, means, {});
    const std::string target = m.at.ino == 0 ? std::string() : explaining::path_of(w_, m.at.fs, m.at.ino);
    switch (m.what) {
      case arrow_kind::dangling: says.text = "dangling: means no inode"; break;
      case arrow_kind::ignored: says.text = "not followed; would mean " + target; break;
      case arrow_kind::wrong: says.text = fmt::format("wrong: means {}, was {}", target, v_.past.of(w_, {n_, e.ino})->lower_path); break;
      default: says.text = (m.is_mounted ? "means " : "would mean ") + target; break;
    }
    out_.arrows.push_back({means, m.at, m.what, fmt::format("{} of {}: {}", shown, path, says.text)});
  }

  static row_kind kind_of(arrow_kind what) {
    if (what == arrow_kind::origin) return row_kind::good;
    return what == arrow_kind::ignored ? row_kind::neutral : row_kind::bad;
  }

  const story_view& v_;
  const world& w_;
  const planned_panel& p_;
  std::uint32_t n_;
  const backing::filesystem& fs_;
  scene_panel& panel_;
  collected& out_;
  std::set<ino_t64> own_panels_;
};

/// `upper of m`, of each overlay that has it so now.
std::string roles(const world& w, std::uint32_t fs, ino_t64 root) {
  std::string words;
  const auto say = [&words](const std::string& role) { words += (words.empty() ? "" : ", ") + role; };
  for (const auto& o : w.overlays) {
    const std::string of = " of " + explaining::name_of(w, *o);
    for (std::size_t n = 0; n < o->layers.size(); ++n) {
      if (o->layers[n].fs != fs || o->layers[n].root != root) continue;
      const bool is_data = n + o->data_layers >= o->layers.size();
      say((n == 0 ? std::string("upper") : fmt::format("{} {}", is_data ? "data-only layer" : "lower", n)) + of);
    }
    if (o->work_fs == fs && o->workbasedir == root) say("workdir" + of);
  }
  return words;
}

}  // namespace

scene_row& add_row(scene_panel& panel, scene_row::kind what, std::uint32_t depth, std::string key, std::string text, std::string note) {
  scene_row r;
  r.key = std::move(key);
  r.what = what;
  r.depth = depth;
  r.text = std::move(text);
  r.note = std::move(note);
  return panel.rows.emplace_back(std::move(r));
}

std::string number_in_words(const backing::inode& i) { return fmt::format("#{} gen {}", i.ino, i.generation); }

std::string short_uuid(const uuid& id, std::string_view null) {
  constexpr std::size_t digits = 8;
  return id == uuid{} ? std::string(null) : explaining::uuid_in_words(id).substr(0, digits);
}

std::optional<scene_panel> layer_panel(const story_view& v, const planned_panel& p, collected& out) {
  const world& w = v.now();
  scene_panel panel;
  panel.what = p.what;
  panel.column = p.column;
  panel.title = p.fs + ":" + p.rest;
  panel.key = "layer " + panel.title;
  const std::uint32_t fs = filesystem_named(w, p.fs);
  const ino_t64 root = fs == overlay::none ? 0 : explaining::inode_at(w, *w.filesystems[fs], p.rest);
  panel.is_absent = root == 0;
  const bool has_layers = std::any_of(v.panels.begin(), v.panels.end(), [&](const planned_panel& o) {
    return &o != &p && o.fs == p.fs && o.what != scene_panel::kind::overlay;
  });
  if (panel.is_absent && p.what == scene_panel::kind::other && has_layers) return std::nullopt;
  if (panel.is_absent) {
    panel.subtitle = "not there";
    return panel;
  }
  const std::string role = roles(w, fs, root);
  panel.subtitle = !role.empty() ? role : p.what == scene_panel::kind::other ? "no layer" : "not mounted as a layer";
  panel.about = fmt::format("{}, UUID {}, dev {}", name(w.filesystems[fs]->type), short_uuid(w.filesystems[fs]->id, "none"), w.filesystems[fs]->dev);
  layer_writer writer(v, p, fs, panel, out);
  if (p.what == scene_panel::kind::other && !writer.has_more_than_layers()) return std::nullopt;
  writer.write(root);
  return panel;
}

}  // namespace ovlsim::drawing
