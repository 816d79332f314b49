// SPDX-License-Identifier: Apache-2.0
//
// How each command changes what the author remembers. A command that would fail, or whose path is not plain, changes nothing.
#include "random/shadow_world.hpp"

#include <algorithm>

namespace ovlsim::random {
namespace {

shadow_tree layer_tree(shadow_world& w, const path& p) {
  const shadow_tree* tree = w.tree(p.fs);
  const auto base = plain(p.rest);
  return tree != nullptr && base ? tree->subtree(*base) : shadow_tree();
}

bool is_layer(shadow_world& w, const path& p) {
  const shadow_tree* tree = w.tree(p.fs);
  const auto base = plain(p.rest);
  return tree != nullptr && base && tree->is_dir(*base);
}

}  // namespace

shadow_fs* shadow_world::fs(std::string_view name) {
  const auto found = std::find_if(filesystems.begin(), filesystems.end(), [&](const auto& f) { return f.name == name; });
  return found == filesystems.end() ? nullptr : &*found;
}

shadow_overlay* shadow_world::overlay(std::string_view name) {
  const auto found = std::find_if(overlays.begin(), overlays.end(), [&](const auto& o) { return o.name == name; });
  return found == overlays.end() ? nullptr : &*found;
}

shadow_tree* shadow_world::tree(std::string_view name) {
  if (shadow_fs* f = fs(name)) return &f->tree;
  shadow_overlay* o = overlay(name);
  return o != nullptr && o->mounted ? &o->tree : nullptr;
}

shadow_tree* shadow_world::changeable(std::string_view name) {
  if (shadow_fs* f = fs(name)) return f->writable() && !in_use(name) ? &f->tree : nullptr;
  shadow_overlay* o = overlay(name);
  return o != nullptr && o->writable() && !in_use(name) ? &o->tree : nullptr;
}

bool shadow_world::in_use(std::string_view fs) const {
  return std::any_of(overlays.begin(), overlays.end(), [&](const shadow_overlay& o) {
    const auto& lower = o.options.lower;
    return o.mounted && ((o.options.upper && o.options.upper->fs == fs) ||
                         std::any_of(lower.begin(), lower.end(), [&](const path& p) { return p.fs == fs; }));
  });
}

bool shadow_world::has_open_file(std::string_view name) const {
  return std::any_of(files.begin(), files.end(), [&](const shadow_open& f) { return f.fs == name; });
}

struct shadow_world::visitor {
  shadow_world& w;

  // ---- Filesystems.

  void made(const std::string& name, fs_type type, shadow_tree tree) {
    ++w.images_made;
    if (w.in_use(name) || w.has_open_file(name)) return;
    if (shadow_fs* old = w.fs(name)) {
      *old = {name, type, std::move(tree)};
    } else {
      w.filesystems.push_back({name, type, std::move(tree)});
    }
  }
  void operator()(const cmd::mkfs& c) { made(c.fs, c.type, shadow_tree()); }
  void operator()(const cmd::mksquashfs& c) { made(c.fs, fs_type::squashfs, layer_tree(w, c.source)); }
  void operator()(const cmd::mkerofs& c) { made(c.fs, fs_type::erofs, layer_tree(w, c.source)); }
  void operator()(const cmd::mke2fs& c) { made(c.fs, fs_type::ext4, layer_tree(w, c.source)); }
  void operator()(const cmd::clone& c) {
    const shadow_fs* old = w.fs(c.old);
    if (old != nullptr && old->type != fs_type::tmpfs) made(c.fs, old->type, old->tree);
  }
  void operator()(const cmd::copy& c) {
    const shadow_tree* from = w.tree(c.from.fs);
    const auto source = plain(c.from.rest);
    if (from == nullptr || !source || from->find(*source) == nullptr) return;
    const shadow_node top = *from->find(*source);
    const shadow_tree copied = from->subtree(*source);
    if (!appears(c.to, top.what)) return;
    if (shadow_tree* to = w.changeable(c.to.fs)) to->add_subtree(*plain(c.to.rest), copied);
    if (shadow_tree* to = w.changeable(c.to.fs)) to->add(*plain(c.to.rest), top);
  }

  // ---- Overlays.

  void operator()(const cmd::mount& c) {
    if (w.overlay(c.overlay) == nullptr) w.overlays.push_back({c.overlay, false, {}, {}, {}});
    shadow_overlay& o = *w.overlay(c.overlay);
    const mount_options& m = c.options;
    const bool layers = std::all_of(m.lower.begin(), m.lower.end(), [&](const path& p) { return is_layer(w, p); });
    const shadow_fs* upper_fs = m.upper ? w.fs(m.upper->fs) : nullptr;
    const bool upper = !m.upper || (m.work && upper_fs != nullptr && upper_fs->writable() && is_layer(w, *m.upper));
    if (o.mounted || !layers || !upper || m.lower.empty() || (!m.upper && m.lower.size() < 2)) return;
    o.options = m;
    o.tree = shadow_tree();
    for (auto layer = m.lower.rbegin(); layer != m.lower.rend(); ++layer) o.tree.cover_with(layer_tree(w, *layer));
    o.lower.clear();
    for (const auto& [at, node] : o.tree.all()) {
      o.lower.insert(at);
      o.tree.find(at)->merged = node.what == kind::dir;
    }
    if (m.upper) o.tree.cover_with(layer_tree(w, *m.upper));
    o.mounted = true;
  }
  void operator()(const cmd::umount& c) {
    shadow_overlay* o = w.overlay(c.overlay);
    if (o != nullptr && !w.has_open_file(c.overlay)) o->mounted = false;
  }
  void operator()(const cmd::drop_caches&) {}
  void operator()(const cmd::set_module&) {}

  // ---- Names that come and go. On an overlay the upper layer follows.

  /// The upper gets `at` and all directories above it.
  void copied_up(const std::string& fs, const std::string& at) {
    const shadow_overlay* o = w.overlay(fs);
    if (o == nullptr || !o->options.upper) return;
    shadow_fs* upper = w.fs(o->options.upper->fs);
    const auto base = plain(o->options.upper->rest);
    for (std::string one = at;; one = parent_of(one)) {
      const shadow_node* node = o->tree.find(one);
      if (node != nullptr && base && upper->tree.find(*base + one) == nullptr) upper->tree.add(*base + one, *node);
      if (one.empty()) return;
    }
  }

  void gone(const std::string& fs, const std::string& at) {
    const shadow_overlay* o = w.overlay(fs);
    if (o == nullptr || !o->options.upper) return;
    shadow_tree& upper = w.fs(o->options.upper->fs)->tree;
    const std::string base = plain(o->options.upper->rest).value_or("");
    upper.remove(base + at);
    copied_up(fs, parent_of(at));
    if (o->lower.count(at) != 0) upper.add(base + at, {kind::whiteout});
  }

  bool appears(const path& p, kind what) {
    shadow_tree* t = w.changeable(p.fs);
    const auto at = plain(p.rest);
    if (t == nullptr || !at || at->empty() || t->find(*at) != nullptr || !t->is_dir(parent_of(*at))) return false;
    const shadow_overlay* o = w.overlay(p.fs);
    t->add(*at, {what, false, o != nullptr && o->lower.count(*at) != 0});
    if (o != nullptr) {
      gone(p.fs, *at);
      shadow_tree& upper = w.fs(o->options.upper->fs)->tree;
      upper.add(plain(o->options.upper->rest).value_or("") + *at, *t->find(*at));
    }
    return true;
  }

  void disappears(const path& p, bool dir) {
    shadow_tree* t = w.changeable(p.fs);
    const auto at = plain(p.rest);
    if (t == nullptr || !at || at->empty() || t->find(*at) == nullptr) return;
    if (dir ? !t->is_empty_dir(*at) : t->is_dir(*at)) return;
    t->remove(*at);
    gone(p.fs, *at);
  }

  void operator()(const cmd::create& c) { appears(c.at, kind::file); }
  void operator()(const cmd::mkdir& c) { appears(c.at, kind::dir); }
  void operator()(const cmd::mkfifo& c) { appears(c.at, kind::fifo); }
  void operator()(const cmd::symlink& c) { appears(c.at, kind::symlink); }
  void operator()(const cmd::unlink& c) { disappears(c.at, false); }
  void operator()(const cmd::rmdir& c) { disappears(c.at, true); }

  void operator()(const cmd::link& c) {
    shadow_tree* t = w.changeable(c.from.fs);
    const auto from = plain(c.from.rest);
    if (t == nullptr || !from || c.from.fs != c.to.fs || t->find(*from) == nullptr || t->is_dir(*from)) return;
    if (!appears(c.to, t->find(*from)->what)) return;
    copied_up(c.from.fs, *from);
  }

  /// Both ends of a rename or exchange, when it can go through.
  bool can_move(const path& p, const path& q, std::string& from, std::string& to) {
    shadow_tree* t = w.changeable(p.fs);
    const auto a = plain(p.rest);
    const auto b = plain(q.rest);
    if (t == nullptr || p.fs != q.fs || !a || !b || *a == *b || a->empty() || b->empty()) return false;
    const shadow_node* one = t->find(*a);
    if (one == nullptr || one->merged || is_below(*b, *a) || is_below(*a, *b) || !t->is_dir(parent_of(*b))) return false;
    from = *a;
    to = *b;
    return true;
  }

  void operator()(const cmd::rename& c) {
    std::string from;
    std::string to;
    if (!can_move(c.from, c.to, from, to)) return;
    shadow_tree& t = *w.changeable(c.from.fs);
    const shadow_node* target = t.find(to);
    if (target != nullptr && (t.is_dir(from) != t.is_dir(to) || (t.is_dir(to) && !t.is_empty_dir(to)))) return;
    copied_up(c.from.fs, from);
    t.move(from, to);
    moved_in_upper(c.from.fs, from, to);
  }

  void operator()(const cmd::exchange& c) {
    std::string from;
    std::string to;
    if (!can_move(c.from, c.to, from, to)) return;
    shadow_tree& t = *w.changeable(c.from.fs);
    if (t.find(to) == nullptr || t.find(to)->merged) return;
    t.exchange(from, to);
    gone(c.from.fs, from);
    gone(c.from.fs, to);
    shown_in_upper(c.from.fs, from);
    shown_in_upper(c.from.fs, to);
  }

  void moved_in_upper(const std::string& fs, const std::string& from, const std::string& to) {
    gone(fs, from);
    gone(fs, to);
    shown_in_upper(fs, to);
  }

  /// What the overlay shows at `at` now lies in the upper, whole (only pure upper directories move).
  void shown_in_upper(const std::string& fs, const std::string& at) {
    const shadow_overlay* o = w.overlay(fs);
    if (o == nullptr || !o->options.upper || o->tree.find(at) == nullptr) return;
    const std::string base = plain(o->options.upper->rest).value_or("");
    shadow_tree& upper = w.fs(o->options.upper->fs)->tree;
    upper.remove(base + at);
    upper.add_subtree(base + at, o->tree.subtree(at));
    upper.add(base + at, *o->tree.find(at));
  }

  // ---- Changes of what is there: a copy-up on an overlay.

  void changed(const path& p) {
    const shadow_tree* t = w.changeable(p.fs);
    const auto at = plain(p.rest);
    if (t != nullptr && at && t->find(*at) != nullptr) copied_up(p.fs, *at);
  }
  void operator()(const cmd::write& c) { changed(c.at); }
  void operator()(const cmd::append& c) { changed(c.at); }
  void operator()(const cmd::truncate& c) { changed(c.at); }
  void operator()(const cmd::chmod& c) { changed(c.at); }
  void operator()(const cmd::chown& c) { changed(c.at); }
  void operator()(const cmd::touch& c) { changed(c.at); }
  void operator()(const cmd::setxattr& c) {
    shadow_tree* t = w.changeable(c.at.fs);
    const auto at = plain(c.at.rest);
    shadow_node* node = t != nullptr && at ? t->find(*at) : nullptr;
    if (node == nullptr) return;
    if (std::find(node->xattrs.begin(), node->xattrs.end(), c.name) == node->xattrs.end()) node->xattrs.push_back(c.name);
    changed(c.at);
  }
  void operator()(const cmd::removexattr& c) {
    shadow_tree* t = w.changeable(c.at.fs);
    const auto at = plain(c.at.rest);
    shadow_node* node = t != nullptr && at ? t->find(*at) : nullptr;
    if (node != nullptr && std::erase(node->xattrs, c.name) != 0) changed(c.at);
  }

  // ---- Open files.

  void operator()(const cmd::open& c) {
    const shadow_tree* t = w.tree(c.at.fs);
    const auto at = plain(c.at.rest);
    const shadow_node* node = t != nullptr && at ? t->find(*at) : nullptr;
    if (node == nullptr || (node->what != kind::file && node->what != kind::dir)) return;
    if (c.mode != open_mode::ro && (node->what == kind::dir || w.changeable(c.at.fs) == nullptr)) return;
    w.files.push_back({c.handle, c.at.fs, c.mode, node->what == kind::dir});
    if (c.mode != open_mode::ro) changed(c.at);
  }
  void operator()(const cmd::close& c) {
    std::erase_if(w.files, [&](const shadow_open& f) { return f.handle == c.handle; });
  }

  // ---- Looks change nothing.

  void operator()(const cmd::read&) {}
  void operator()(const cmd::readlink&) {}
  void operator()(const cmd::stat&) {}
  void operator()(const cmd::ls&) {}
  void operator()(const cmd::getxattr&) {}
  void operator()(const cmd::listxattr&) {}
  void operator()(const cmd::fstat&) {}
  void operator()(const cmd::fread&) {}
  void operator()(const cmd::fwrite&) {}
  void operator()(const cmd::fh&) {}
  void operator()(const cmd::fhopen&) {}
};

void shadow_world::note(const command& c) { std::visit(visitor{*this}, c); }

}  // namespace ovlsim::random
