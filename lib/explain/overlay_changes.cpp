// SPDX-License-Identifier: Apache-2.0
//
// The overlays: mounts with their layers and options, and the inode cache.
#include <fmt/format.h>

#include <algorithm>

#include "explain/changes.hpp"

namespace ovlsim::explaining {

namespace {

using fact = explained_fact;

void say(std::vector<fact>& out, std::string words) { out.push_back({fact::kind::change, false, std::move(words), {}}); }

std::string layer_in_words(const world& w, const overlay::mounted& o, std::size_t n) {
  const overlay::layer& l = o.layers[n];
  const backing::filesystem* fs = filesystem_at(w, l.fs);
  std::string words = n == 0 ? "upper" : n + o.data_layers >= o.layers.size() ? "data-only layer" : "lower";
  words += fmt::format(": {}, {}, fsid {}", path_of(w, l.fs, l.root), fs == nullptr ? "overlay" : name(fs->type), l.fsid);
  const bool bad = l.fsid < o.sbs.size() && o.sbs[l.fsid].bad_uuid;
  return words + (bad ? ", bad_uuid" : "");
}

std::string options_in_words(const overlay::mounted& o) {
  const auto on = [](bool b) { return b ? "on" : "off"; };
  std::string words = fmt::format("index={} nfs_export={} metacopy={} redirect_dir={} xino={} uuid={}", on(o.cfg.index), on(o.cfg.nfs_export),
                                  on(o.cfg.metacopy), name(o.cfg.redirect), name(o.cfg.xino), name(o.cfg.uuid));
  if (o.cfg.userxattr) words += " userxattr";
  if (o.cfg.is_volatile) words += " volatile";
  return words + (o.ro ? " ro" : "");
}

void tell_module(const module_parameters& before, const module_parameters& after, std::vector<fact>& out) {
  std::string words;
  each_parameter(
      [&](std::string_view parameter, bool now) {
        bool was = now;
        each_parameter([&](std::string_view same, bool old) { if (same == parameter) was = old; }, before);
        if (was != now) words += fmt::format("{}{}={}", words.empty() ? "" : " ", parameter, now ? "on" : "off");
      },
      after);
  if (!words.empty()) out.push_back({fact::kind::change, true, "later mounts take, where they do not say otherwise: " + words, {}});
}

void tell_mount(const world& w, const overlay::mounted& o, std::vector<fact>& out) {
  const std::string name = name_of(w, o);
  say(out, name + ": in force: " + options_in_words(o));
  for (std::size_t n = 0; n < o.layers.size(); ++n) {
    if (n > 0 || o.has_upper()) say(out, name + ": " + layer_in_words(w, o, n));
  }
}

/// The name by which an overlay inode is cached.
std::string inode_name(const world& w, const overlay::mounted& o, std::uint32_t slot) {
  for (std::uint32_t d = 0; d < o.dentries.size(); ++d) {
    if (o.dentries[d].in_use && o.dentries[d].inode == slot) return path_of(w, o, d);
  }
  return name_of(w, o) + ":(no name)";
}

std::string parts_in_words(const world& w, const overlay::mounted& o, const overlay::inode& i) {
  std::string words;
  if (i.upper != 0) words = "upper " + lower_in_words(w, {o.layers[0].fs, i.upper});
  for (const overlay::lower_path& l : i.lower) {
    words += words.empty() ? "" : ", ";
    words += l.ino == 0 ? "data not looked up yet" : "lower " + lower_in_words(w, real_of(o, l));
  }
  return words;
}

/// The same inode in another slot's life? A slot is used again when its inode is gone.
bool same(const overlay::inode& a, const overlay::inode& b) {
  return a.in_use && b.in_use && a.i_ino == b.i_ino && a.type == b.type && (a.hashed_by == b.hashed_by || a.hashed_by.fs == overlay::none);
}

void tell_cache(const world& w, const overlay::mounted& before, const overlay::mounted& o, std::vector<fact>& out) {
  std::size_t gone = 0;
  for (std::uint32_t slot = 0; slot < o.inodes.size(); ++slot) {
    const overlay::inode& i = o.inodes[slot];
    const overlay::inode was = slot < before.inodes.size() ? before.inodes[slot] : overlay::inode{};
    if (was.in_use && !same(was, i)) ++gone;
    if (!i.in_use) continue;
    if (!same(was, i)) {
      say(out, fmt::format("new overlay inode of {}: {}; {}{}", inode_name(w, o, slot), parts_in_words(w, o, i), key_in_words(w, i.hashed_by),
                           i.indexed ? "; indexed" : ""));
    } else if (was.upper == 0 && i.upper != 0) {
      say(out, fmt::format("overlay inode of {} has an upper now: {}; {}", inode_name(w, o, slot), parts_in_words(w, o, i),
                           key_in_words(w, i.hashed_by)));
    }
  }
  if (gone > 0) say(out, fmt::format("{}: {} overlay inode{} left the cache", name_of(w, o), gone, gone == 1 ? "" : "s"));
}

}  // namespace

std::vector<fact> overlay_changes(const world& before, const world& after) {
  std::vector<fact> found;
  tell_module(before.module, after.module, found);
  for (const auto& mounted : after.overlays) {
    const overlay::mounted* was = overlay_with_id(before, mounted->id);
    if (was == nullptr) {
      tell_mount(after, *mounted, found);
    } else if (was != &*mounted) {
      if (mounted->detached && !was->detached) say(found, name_of(before, *was) + ": unmounted, but another overlay has a layer on it: it lives on");
      tell_cache(after, *was, *mounted, found);
    }
  }
  for (const auto& mounted : before.overlays) {
    if (overlay_with_id(after, mounted->id) != nullptr) continue;
    say(found, name_of(before, *mounted) + (mounted->detached ? " is gone: no overlay has a layer on it any more"
                                                              : ": unmounted, with all of its inode cache"));
  }
  return found;
}

}  // namespace ovlsim::explaining
