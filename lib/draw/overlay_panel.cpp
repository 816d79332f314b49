// SPDX-License-Identifier: Apache-2.0
//
// A mounted overlay: the names in its dentry cache, its inode cache with what each inode is hashed by, and what is open.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "draw/panels.hpp"
#include "explain/changes.hpp"
#include "explain/events.hpp"
#include "render/fields.hpp"

namespace ovlsim::drawing {

namespace {

using explaining::real_place;
using row_kind = scene_row::kind;

class overlay_writer {
 public:
  overlay_writer(const story_view& v, const overlay::mounted& o, scene_panel& panel, collected& out)
      : v_(v), w_(v.now()), o_(o), panel_(panel), out_(out) {}

  void write() {
    add(row_kind::heading, 0, panel_.key + "//dentries", "names in the dentry cache", {});
    name(0, 0);
    for (std::uint32_t d = 0; d < o_.dentries.size(); ++d) {
      if (o_.dentries[d].in_use && !o_.dentries[d].hashed && d != 0) unhashed(d);
    }
    add(row_kind::heading, 0, panel_.key + "//inodes", "inode cache", {});
    for (std::uint32_t slot = 0; slot < o_.inodes.size(); ++slot) {
      if (o_.inodes[slot].in_use) cached_inode(slot);
    }
    opened();
    mistaken();
  }

 private:
  scene_row& add(row_kind what, std::uint32_t depth, std::string key, std::string text, std::string note) {
    return add_row(panel_, what, depth, std::move(key), std::move(text), std::move(note));
  }

  std::string path(std::uint32_t d) const { return explaining::path_of(w_, o_, d); }

  /// What a layer on this overlay means by a lower inode is a dentry.
  void show(std::uint32_t d, const std::string& key) {
    out_.rows.emplace(std::pair(overlay::on_overlay + o_.id, ino_t64{d} + 1), shown_inode{key, path(d)});
  }

  void name(std::uint32_t d, std::uint32_t depth) {
    const overlay::dentry& e = o_.dentries[d];
    const std::string key = "dentry " + panel_.key + path(d);
    std::string text = d == 0 ? std::string("/") : render::told_name(w_.names.text(e.name));
    if (e.inode == overlay::none) {
      add(row_kind::name, depth, key, text + (e.opaque ? " (whiteout)" : " (no such name)"), {}).is_muted = true;
    } else {
      const overlay::inode& i = o_.inodes[e.inode];
      if (i.type == file_type::dir && d != 0) text += "/";
      add(row_kind::name, depth, key, std::move(text), fmt::format("ino {}", i.i_ino));
    }
    show(d, key);
    std::vector<std::pair<std::string, std::uint32_t>> below;
    for (std::uint32_t c = 0; c < o_.dentries.size(); ++c) {
      const overlay::dentry& child = o_.dentries[c];
      if (child.in_use && child.hashed && child.parent == d && c != d) below.emplace_back(w_.names.text(child.name), c);
    }
    std::sort(below.begin(), below.end());
    for (const auto& [text_of, c] : below) name(c, depth + 1);
  }

  void unhashed(std::uint32_t d) {
    const std::uint32_t inode = o_.dentries[d].inode;
    const std::string key = fmt::format("dentry {}//{}", panel_.key, d);
    add(row_kind::name, 1, key, render::told_name(w_.names.text(o_.dentries[d].name)) + " (removed, held)",
        inode == overlay::none ? std::string() : fmt::format("ino {}", o_.inodes[inode].i_ino))
        .is_muted = true;
    show(d, key);
  }

  std::string first_name(std::uint32_t slot) const {
    for (std::uint32_t d = 0; d < o_.dentries.size(); ++d) {
      if (o_.dentries[d].in_use && o_.dentries[d].inode == slot) return path(d);
    }
    return "(no name)";
  }

  void cached_inode(std::uint32_t slot) {
    const overlay::inode& i = o_.inodes[slot];
    const std::string key = fmt::format("inode {}//{}", panel_.key, slot);
    add(row_kind::inode, 0, key, first_name(slot), fmt::format("ino {}", i.i_ino));
    const auto part = [&](std::string_view what, const std::string& of, const real_place& at) {
      const backing::filesystem* fs = explaining::filesystem_at(w_, at.fs);
      const backing::inode* real = fs == nullptr ? nullptr : fs->inodes.find(at.ino);
      add(row_kind::detail, 1, key + "//" + of, fmt::format("{} {}", what, explaining::path_of(w_, at.fs, at.ino)),
          real == nullptr ? std::string() : number_in_words(*real));
    };
    if (i.upper != 0) part("upper", "upper", {o_.layers[0].fs, i.upper});
    for (std::size_t n = 0; n < i.lower.size(); ++n) {
      const std::string of = fmt::format("lower{}", n);
      if (i.lower[n].ino != 0) {
        part("lower", of, explaining::real_of(o_, i.lower[n]));
      } else {
        add(row_kind::detail, 1, key + "//" + of, "data not looked up yet", {});
      }
    }
    const bool is_hashed = i.hashed_by.fs != overlay::none;
    std::string flags = i.indexed ? "indexed" : "";
    const std::string hashed = is_hashed ? "key: " + explaining::key_alone_in_words(w_, i.hashed_by) : "no key: not hashed";
    scene_row& r = add(row_kind::detail, 1, key + "//key", hashed, std::move(flags));
    r.words = first_name(slot) + " is " + explaining::key_in_words(w_, i.hashed_by);
    if (is_hashed) out_.arrows.push_back({key + "//key", {i.hashed_by.fs, i.hashed_by.ino}, scene_arrow::kind::hashed, r.words});
  }

  void opened() {
    bool any = false;
    for (const open_file& f : w_.files) {
      if (!f.on_overlay || f.where >= w_.overlays.size() || &*w_.overlays[f.where] != &o_) continue;
      if (!any) add(row_kind::heading, 0, panel_.key + "//files", "open files", {});
      any = true;
      const std::string handle(w_.names.text(f.handle));
      add(row_kind::name, 0, "file " + handle, fmt::format("{}: {}", handle, path(f.dentry)), {});
    }
  }

  /// Names that got the inode of another file in this step, or none.
  void mistaken() {
    std::size_t n = 0;
    for (const explaining::event& e : v_.run.steps[v_.step].events) {
      const auto* l = std::get_if<explaining::looked_up>(&e);
      if (l == nullptr || l->what.overlay != o_.id) continue;
      const auto found = explaining::identity_event_of(v_.run, v_.past, v_.step, *l);
      if (!found || !told_.insert(l->name).second) continue;
      if (n++ == 0) add(row_kind::heading, 0, panel_.key + "//mistaken", "lookups that went wrong", {});
      const bool is_alias = found->what == explaining::identity_event::kind::alias;
      const std::string dir = l->what.parent == overlay::none ? std::string() : path(l->what.parent);
      const std::string name = l->name.empty() ? "the handle" : dir + (dir.ends_with('/') ? "" : "/") + l->name;
      const std::string key = fmt::format("lookup {}//{}", panel_.key, n);
      const std::string whose = l->what.cached_upper != 0 ? explaining::path_of(w_, o_.layers[0].fs, l->what.cached_upper)
                                                          : explaining::lower_in_words(w_, explaining::real_of(o_, l->what.cached_lower));
      add(row_kind::bad, 0, key, name + (is_alias ? ": the inode of another file" : ": ESTALE"), {});
      if (l->what.upper != 0) {
        add(row_kind::detail, 1, key + "//upper", "upper " + explaining::path_of(w_, o_.layers[0].fs, l->what.upper), {});
      }
      const bool is_trap = found->what == explaining::identity_event::kind::trap;
      scene_row& r = add(row_kind::bad, 1, key + "//key",
                         fmt::format("key: {}, {}", explaining::key_alone_in_words(w_, l->what.key), is_trap ? "the root of a layer" : "taken by " + whose), {});
      out_.arrows.push_back({r.key, {l->what.key.fs, l->what.key.ino}, scene_arrow::kind::refused, name + ": " + r.text});
    }
  }

  const story_view& v_;
  std::set<std::string> told_;
  const world& w_;
  const overlay::mounted& o_;
  scene_panel& panel_;
  collected& out_;
};

std::string options_of(const overlay::mounted& o) {
  std::string words;
  const auto say = [&words](const std::string& option) { words += (words.empty() ? "" : ",") + option; };
  if (o.ro) say("ro");
  if (o.cfg.index) say("index=on");
  if (o.cfg.nfs_export) say("nfs_export=on");
  if (o.cfg.metacopy) say("metacopy=on");
  if (o.cfg.redirect != redirect_option::follow) say("redirect_dir=" + std::string(name(o.cfg.redirect)));
  if (o.cfg.xino != xino_option::off) say("xino=" + std::string(name(o.cfg.xino)));
  if (o.cfg.uuid != uuid_option::autom) say("uuid=" + std::string(name(o.cfg.uuid)));
  if (o.cfg.userxattr) say("userxattr");
  if (o.cfg.is_volatile) say("volatile");
  return words.empty() ? "default options" : words;
}

}  // namespace

scene_panel overlay_panel(const story_view& v, const std::string& key, const std::string& name, const overlay::mounted* o, collected& out) {
  scene_panel panel;
  panel.what = scene_panel::kind::overlay;
  panel.key = key;
  panel.title = name;
  panel.is_absent = o == nullptr;
  if (panel.is_absent) {
    panel.subtitle = "not mounted";
    return panel;
  }
  panel.subtitle = "overlay";
  panel.about = options_of(*o);
  overlay_writer(v, *o, panel, out).write();
  return panel;
}

}  // namespace ovlsim::drawing
