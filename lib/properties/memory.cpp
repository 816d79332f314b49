// SPDX-License-Identifier: Apache-2.0
//
// What a story leaves in memory: numbers that were answered, contents that were written, handles that were taken. Names move with
// renames, and go when they are removed; what is done to an upper directory offline is done to what is kept under it.
#include "properties/memory.hpp"

#include <tuple>
#include <variant>

#include "properties/commands.hpp"
#include "properties/links.hpp"
#include "properties/view.hpp"

namespace ovlsim::memory_of {

namespace {

bool is_new_file(const command& c) {
  return std::holds_alternative<cmd::create>(c) || std::holds_alternative<cmd::mkdir>(c) || std::holds_alternative<cmd::symlink>(c) ||
         std::holds_alternative<cmd::mkfifo>(c) || std::holds_alternative<cmd::copy>(c);
}

bool were_links(const step& s, const path& a, const path& b) {
  const world looked_up = view::after_lookup(view::after_lookup(s.before, a, s.k), b, s.k);
  const std::optional<view::cached_name> x = view::cached(looked_up, a);
  const std::optional<view::cached_name> y = view::cached(looked_up, b);
  return x && y && are_links(s.past, looked_up, view::place_of(looked_up, a.fs), *x, *y);
}

/// The handles of files whose names these are.
void follow_handles(std::vector<known_handle>& handles, const changed_name& c) {
  struct by_name {
    std::string name;
    std::size_t index = 0;
  };
  std::vector<by_name> names;
  for (std::size_t n = 0; n < handles.size(); ++n) names.push_back({std::exchange(handles[n].name, {}), n});
  follow(names, c);
  for (const by_name& n : names) handles[n.index].name = n.name;
}

/// `stat` of a name, or `fstat` of a file that has one.
void remember_number(std::vector<seen_number>& list, const step& s, const naming& key) {
  const auto* const a = std::get_if<answer::stat>(&s.answer.fields);
  const std::optional<path> asked = asked_number(s);
  // Directories have numbers that are counted up where there are no others: nobody promises that they stay.
  if (asked && a != nullptr && a->type != file_type::dir) put(list, {key(*asked), a->ino, a->dev});
}

void remember_handle(memory& m, const step& s, const naming& key) {
  const auto* const taken_now = std::get_if<cmd::fh>(&s.what);
  if (taken_now == nullptr) return;
  const std::optional<answer::stat> st = view::stat(s.after, taken_now->at, s.k);
  known_handle h{.handle = taken_now->handle, .name = key(taken_now->at), .type = st ? st->type : file_type::file};
  const auto at = std::lower_bound(m.handles.begin(), m.handles.end(), h.handle,
                                   [](const known_handle& one, const std::string& handle) { return one.handle < handle; });
  if (at != m.handles.end() && at->handle == h.handle) {
    *at = std::move(h);
  } else {
    m.handles.insert(at, std::move(h));
  }
}

/// The numbers of an overlay are those of its lower layers: with others they say nothing of the ones before.
void remember_layers(memory& m, const step& s, const cmd::mount& mounts) {
  known_layers now{view::place_of(s.after, mounts.overlay).root, {}};
  for (const std::vector<path>* const layers : {&mounts.options.lower, &mounts.options.data}) {
    for (const path& p : *layers) now.lower.push_back(view::meaning(s.after, p, true));
  }
  const known_layers* const before = find(m.layers, now.name);
  if (before != nullptr && *before != now) erase_below(m.over_mounts, now.name);
  put(m.layers, std::move(now));
}

// ------------------------------------------------------------------------------------------------------------- offline

template <class Entry>
bool copy_below(std::vector<Entry>& list, const std::string& from, const std::string& to) {
  std::vector<Entry> copies;
  for (const Entry& e : list) {
    if (!view::is_at_or_below(e.name, from)) continue;
    copies.push_back(e);
    copies.back().name.replace(0, from.size(), to);
  }
  for (Entry& e : copies) put(list, std::move(e));
  return !copies.empty();
}

void copy_below(memory& m, const std::string& from, const std::string& to) {
  const std::vector<known_content> before = m.contents;
  copy_below(m.contents, from, to);
  copy_below(m.over_mounts, from, to);
  copy_below(m.layers, from, to);
  // Names that were links are links among themselves in the copy; the index is not copied along.
  std::uint32_t most = 0;
  for (const known_content& c : before) most = std::max(most, c.link);
  for (known_content& c : m.contents) {
    if (!view::is_at_or_below(c.name, to)) continue;
    if (c.link != 0) c.link += most;
    c.doubtful = c.doubtful || !c.below.empty();
  }
}

void follow_everywhere(memory& m, const changed_name& c, bool contents = true) {
  if (contents) follow(m.contents, c);
  follow(m.over_mounts, c);
  follow(m.layers, c);
  follow_handles(m.handles, c);
}

/// All that has to do with a filesystem: it is made anew, or (`same_names`) some file of it was written to.
void forget_filesystem(memory& m, const std::string& fs, bool same_names = false) {
  const auto is_on = [prefix = fs + ":"](const auto& e) { return e.name.starts_with(prefix); };
  if (same_names) {
    for (const known_content& c : std::vector<known_content>(m.contents)) {
      if (is_on(c)) forget_content(m, c.name);
    }
  } else {
    std::erase_if(m.contents, is_on);
    for (known_content& c : m.contents) c.doubtful = c.doubtful || c.below.starts_with(fs + ":");
  }
  std::erase_if(m.over_mounts, is_on);
  std::erase_if(m.layers, is_on);
  for (known_handle& h : m.handles) {
    if (is_on(h)) h.name.clear();
  }
}

/// The filesystem that a command makes anew; empty for none.
std::string made_filesystem(const command& c) {
  return std::visit(
      [](const auto& what) -> std::string {
        if constexpr (requires { what.fs; } && !requires { what.handle; }) return what.fs;
        return {};
      },
      c);
}

/// The name of a backing filesystem, or of an overlay, that a command changes a file of; empty for none.
std::string changed(const step& s) {
  if (view::only_asks(s.what)) return {};
  if (const path* const at = view::subject(s.what)) return at->fs;
  const open_file* const file = view::opened(s.before, view::open_handle(s.what));
  if (file == nullptr) return made_filesystem(s.what);
  return std::string(s.before.names.text(file->on_overlay ? s.before.overlays[file->where]->name : s.before.filesystems[file->where]->name));
}

/// A file's key on its backing filesystem.
std::string offline_key(const path& p) { return p.fs + ":" + (p.rest == "/" ? "" : p.rest); }

void remember_offline(memory& m, const step& s) {
  if (const auto* c = std::get_if<cmd::clone>(&s.what)) {
    forget_filesystem(m, c->fs);
    return copy_below(m, c->old + ":", c->fs + ":");
  }
  if (const std::string fs = made_filesystem(s.what); !fs.empty()) return forget_filesystem(m, fs);
  if (const open_file* const file = view::opened(s.before, view::open_handle(s.what))) {
    if (!file->on_overlay && std::holds_alternative<cmd::fwrite>(s.what)) forget_filesystem(m, changed(s), true);
    return;
  }
  const path* const at = view::subject(s.what);
  if (at == nullptr || view::only_asks(s.what)) return;
  const auto key = [&](const path& p) { return offline_key(view::meaning(s.after, p, view::follows_last(s.what))); };
  if (view::changes_file(s.what)) {
    forget_content(m, key(*at));
    return follow_everywhere(m, {name_change::gone, key(*at), {}}, false);
  }
  for (const path* const p : view::paths_in(s.what)) doubt(m, key(*p));
  if (const auto* r = std::get_if<cmd::rename>(&s.what)) {
    // Two names of one file stay what they are.
    if (key(r->from) != key(r->to) && view::stat(s.after, r->from, s.k)) return;
    return follow_everywhere(m, {name_change::moved, key(r->from), key(r->to)});
  }
  if (const auto* x = std::get_if<cmd::exchange>(&s.what)) return follow_everywhere(m, {name_change::exchanged, key(x->from), key(x->to)});
  // A copy goes into a file that is there, which may have other names.
  if (std::holds_alternative<cmd::copy>(s.what)) forget_content(m, key(*at));
  follow_everywhere(m, {name_change::gone, key(*at), {}});
  if (const auto* l = std::get_if<cmd::link>(&s.what)) return add_link(m, key(l->from), key(l->to));
  const auto* const copied = std::get_if<cmd::copy>(&s.what);
  const bool from_overlay = copied != nullptr && view::overlay_named(s.before, copied->from.fs) != nullptr;
  if (copied != nullptr && !from_overlay && s.answer.status == errc::ok) copy_below(m, key(copied->from), key(copied->to));
}

}  // namespace

std::optional<path> asked_number(const step& s) {
  if (const auto* asked = std::get_if<cmd::stat>(&s.what)) return asked->at;
  const auto* const by_handle = std::get_if<cmd::fstat>(&s.what);
  const open_file* const file = by_handle == nullptr ? nullptr : view::opened(s.before, by_handle->handle);
  return file == nullptr ? std::nullopt : view::name_of(s.before, *file);
}

changed_name change_of_names(const step& s, const naming& key) {
  if (const auto* u = std::get_if<cmd::unlink>(&s.what)) return {name_change::gone, key(u->at), {}};
  if (const auto* d = std::get_if<cmd::rmdir>(&s.what)) return {name_change::gone, key(d->at), {}};
  if (const auto* x = std::get_if<cmd::exchange>(&s.what)) return {name_change::exchanged, key(x->from), key(x->to)};
  if (is_new_file(s.what)) return {name_change::gone, key(*view::subject(s.what)), {}};
  if (const auto* l = std::get_if<cmd::link>(&s.what)) return {name_change::gone, key(l->to), {}};
  const auto* const r = std::get_if<cmd::rename>(&s.what);
  if (r == nullptr) return {};
  const path from = view::meaning(s.after, r->from);
  const path to = view::meaning(s.after, r->to);
  // Of two names of one file rename(2) leaves both what they are; of two that are taken for one file it should not.
  const bool stays = view::cached(s.after, from) && (from == to || were_links(s, from, to));
  return stays ? changed_name{} : changed_name{name_change::moved, key.at.key(from), key.at.key(to)};
}

const known_handle* taken(const memory& m, std::string_view handle) {
  const auto at = std::find_if(m.handles.begin(), m.handles.end(), [&](const known_handle& h) { return h.handle == handle; });
  return at == m.handles.end() ? nullptr : &*at;
}

}  // namespace ovlsim::memory_of

namespace ovlsim {

memory remember(const step& s, std::span<const remembers> needs, std::span<const std::string> lowers) {
  using namespace memory_of;
  const auto wanted = [&](remembers what) { return std::find(needs.begin(), needs.end(), what) != needs.end(); };
  const bool contents = wanted(remembers::contents) || wanted(remembers::handles);
  memory m = s.past;
  const bool done = s.answer.status == errc::ok;
  if (const auto* u = std::get_if<cmd::umount>(&s.what); u != nullptr && done) {
    std::erase_if(m.in_mount, [&](const seen_number& n) { return n.name.starts_with(u->overlay + ":"); });
  }
  if (const auto* mounts = std::get_if<cmd::mount>(&s.what); mounts != nullptr && done && wanted(remembers::numbers_over_mounts)) {
    remember_layers(m, s, *mounts);
  }
  const path* const at = view::subject(s.what);
  const std::optional<path> number_of = asked_number(s);
  const std::string overlay = at != nullptr ? at->fs : number_of ? number_of->fs : std::string();
  const naming key{s, view::place_of(s.before, overlay)};
  const naming within{s, {key.at.o, overlay + ":"}};
  if (key.at.o != nullptr && contents && at != nullptr) remember_content(m, s, key);
  if (key.at.o != nullptr && done) {
    for (const auto& [list, name, what] : {std::tuple(&m.in_mount, &within, remembers::numbers_in_mount),
                                           std::tuple(&m.over_mounts, &key, remembers::numbers_over_mounts)}) {
      if (!wanted(what)) continue;
      follow(*list, change_of_names(s, *name));
      remember_number(*list, s, *name);
    }
    if (wanted(remembers::handles)) {
      follow_handles(m.handles, change_of_names(s, key));
      remember_handle(m, s, key);
    }
  } else if (key.at.o == nullptr && (done || std::holds_alternative<cmd::copy>(s.what))) {
    remember_offline(m, s);
  }
  if (contents && done && at == nullptr) remember_open_file(m, s);
  const bool may_change = done || std::holds_alternative<cmd::copy>(s.what);
  if (may_change && std::find(lowers.begin(), lowers.end(), changed(s)) != lowers.end()) m.over_mounts.clear();
  if (contents) put_links_in_order(m);
  for (known_handle& h : m.handles) {
    if (h.name.empty()) continue;
    const expected_content e = expected(m, s.after, view::place_around(s.after, h.name), h.name);
    const std::optional<std::string> data = e.certain();
    if (e.data || e.unknown) h.size = data ? data->size() : known_handle::unknown;
  }
  return m;
}

}  // namespace ovlsim
