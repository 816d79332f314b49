// SPDX-License-Identifier: Apache-2.0
//
// What a story leaves in memory: numbers that were answered, contents that were written, handles that were taken. Names move with
// renames, and go when they are removed.
#include "properties/memory.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace ovlsim::memory_of {

namespace {

std::string text(const path& p) { return p.fs + ":" + p.rest; }

template <class Entry>
Entry* find(std::vector<Entry>& list, std::string_view name) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const Entry& e) { return e.name == name; });
  return at == list.end() ? nullptr : &*at;
}
template <class Entry>
const Entry* find(const std::vector<Entry>& list, std::string_view name) {
  return find(const_cast<std::vector<Entry>&>(list), name);
}

template <class Entry>
void put(std::vector<Entry>& list, Entry e) {
  const auto at = std::lower_bound(list.begin(), list.end(), e.name, [](const Entry& a, const std::string& name) { return a.name < name; });
  if (at != list.end() && at->name == e.name) {
    *at = std::move(e);
  } else {
    list.insert(at, std::move(e));
  }
}

template <class Entry>
void sort_by_name(std::vector<Entry>& list) {
  std::sort(list.begin(), list.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
}

/// `name` is `dir` or lies below it.
bool is_at_or_below(std::string_view name, std::string_view dir) {
  return name.starts_with(dir) && (name.size() == dir.size() || name[dir.size()] == '/');
}

template <class Entry>
void erase_below(std::vector<Entry>& list, std::string_view name) {
  std::erase_if(list, [&](const Entry& e) { return is_at_or_below(e.name, name); });
}

/// What had the names at and below `from` has those at `to`; what was there is gone, or goes the other way.
template <class Entry>
void rename(std::vector<Entry>& list, const std::string& from, const std::string& to, bool exchanged) {
  if (!exchanged) erase_below(list, to);
  for (Entry& e : list) {
    if (is_at_or_below(e.name, from)) {
      e.name.replace(0, from.size(), to);
    } else if (exchanged && is_at_or_below(e.name, to)) {
      e.name.replace(0, to.size(), from);
    }
  }
  sort_by_name(list);
}

bool is_new_file(const command& c) {
  return std::holds_alternative<cmd::create>(c) || std::holds_alternative<cmd::mkdir>(c) || std::holds_alternative<cmd::symlink>(c) ||
         std::holds_alternative<cmd::mkfifo>(c);
}

/// The file keeps its numbers and its handles under another name.
template <class List>
void follow_names(List& list, const command& c) {
  if (const auto* r = std::get_if<cmd::rename>(&c)) rename(list, text(r->from), text(r->to), false);
  if (const auto* x = std::get_if<cmd::exchange>(&c)) rename(list, text(x->from), text(x->to), true);
  if (const auto* u = std::get_if<cmd::unlink>(&c)) erase_below(list, text(u->at));
  if (const auto* d = std::get_if<cmd::rmdir>(&c)) erase_below(list, text(d->at));
  if (is_new_file(c)) erase_below(list, text(*view::subject(c)));
}

void remember_number(std::vector<seen_number>& list, const step& s) {
  follow_names(list, s.what);
  const auto* asked = std::get_if<cmd::stat>(&s.what);
  const auto* a = std::get_if<answer::stat>(&s.answer.fields);
  // Directories have numbers that are counted up where there are no others: nobody promises that they stay.
  if (asked != nullptr && a != nullptr && a->type != file_type::dir) put(list, {text(asked->at), a->ino, a->dev});
}

known_content as_it_is(const step& s, std::string name) {
  const expected_content e = expected(s.past, s.before, name);
  known_content c{.name = std::move(name), .exists = e.data.has_value() || !e.lower.empty(), .data = {}, .lower = {}, .link = e.link};
  const overlay::mounted* o = view::overlay_named(s.before, c.name.substr(0, c.name.find(':')));
  const bool stays_below = !e.lower.empty() && (!e.data || (o != nullptr && o->cfg.metacopy));
  if (stays_below) {
    c.lower = e.lower;
  } else if (e.data) {
    c.data = *e.data;
  }
  return c;
}

/// All names of a file that has changed.
void put_content(memory& m, known_content c) {
  if (c.link != 0) {
    for (known_content& other : m.contents) {
      if (other.link != c.link) continue;
      other.data = c.data;
      other.lower = c.lower;
    }
  }
  put(m.contents, std::move(c));
}

std::uint32_t new_link(const memory& m) {
  std::uint32_t link = 1;
  for (const known_content& c : m.contents) link = std::max(link, c.link + 1);
  return link;
}

void write_content(memory& m, const step& s, const path& at, std::string data) {
  const world looked_up = view::after_lookup(s.before, at, s.k);
  const std::optional<view::cached_name> cached = view::cached(looked_up, at);
  if (cached && view::file_behind(looked_up, *cached) == view::lower_behind(looked_up, *cached)) {
    for (const path& other : view::other_lower_names(looked_up, *cached)) {
      if (find(m.contents, text(other)) == nullptr) put(m.contents, {.name = text(other), .either = true});
    }
  }
  known_content c = as_it_is(s, text(at));
  c.either = false;
  c.exists = true;
  c.data = std::move(data);
  c.lower.clear();
  put_content(m, std::move(c));
}

struct content_writer {
  memory& m;
  const step& s;

  std::string now(const path& p) const { return expected(s.past, s.before, text(p)).data.value_or(std::string()); }

  void operator()(const cmd::create& c) const { make(c.at, c.data); }
  void operator()(const cmd::mkdir& c) const { make(c.at, {}); }
  void operator()(const cmd::symlink& c) const { make(c.at, {}); }
  void operator()(const cmd::mkfifo& c) const { make(c.at, {}); }
  void operator()(const cmd::write& c) const { write_content(m, s, c.at, c.data); }
  void operator()(const cmd::append& c) const { write_content(m, s, c.at, now(c.at) + c.data); }
  void operator()(const cmd::truncate& c) const {
    std::string data = now(c.at);
    data.resize(c.size, '\0');
    write_content(m, s, c.at, std::move(data));
  }
  void operator()(const cmd::chmod& c) const { put_content(m, as_it_is(s, text(c.at))); }
  void operator()(const cmd::chown& c) const { put_content(m, as_it_is(s, text(c.at))); }
  void operator()(const cmd::touch& c) const { put_content(m, as_it_is(s, text(c.at))); }
  void operator()(const cmd::setxattr& c) const { put_content(m, as_it_is(s, text(c.at))); }
  void operator()(const cmd::unlink& c) const { remove(c.at); }
  void operator()(const cmd::rmdir& c) const { remove(c.at); }
  void operator()(const cmd::link& c) const {
    known_content from = as_it_is(s, text(c.from));
    if (from.link == 0) from.link = new_link(m);
    known_content to = from;
    to.name = text(c.to);
    put(m.contents, std::move(from));
    put(m.contents, std::move(to));
  }
  void operator()(const cmd::rename& c) const {
    known_content moved = as_it_is(s, text(c.from));
    rename(m.contents, text(c.from), text(c.to), false);
    moved.name = text(c.to);
    put(m.contents, std::move(moved));
    put(m.contents, {.name = text(c.from), .exists = false});
  }
  void operator()(const cmd::exchange& c) const {
    known_content a = as_it_is(s, text(c.from));
    known_content b = as_it_is(s, text(c.to));
    rename(m.contents, text(c.from), text(c.to), true);
    std::swap(a.name, b.name);
    put(m.contents, std::move(a));
    put(m.contents, std::move(b));
  }
  void operator()(const auto&) const {}

 private:
  void make(const path& p, std::string data) const {
    erase_below(m.contents, text(p));
    put(m.contents, {.name = text(p), .exists = true, .data = std::move(data)});
  }
  void remove(const path& p) const {
    erase_below(m.contents, text(p));
    put(m.contents, {.name = text(p), .exists = false});
  }
};

void remember_handle(memory& m, const step& s) {
  std::vector<known_handle>& handles = m.handles;
  struct by_name {
    std::string name;
    std::size_t index = 0;
  };
  std::vector<by_name> names;
  for (std::size_t n = 0; n < handles.size(); ++n) names.push_back({std::exchange(handles[n].name, {}), n});
  follow_names(names, s.what);
  for (const by_name& n : names) handles[n.index].name = n.name;
  if (const auto* taken = std::get_if<cmd::fh>(&s.what)) {
    const auto at = std::find_if(handles.begin(), handles.end(), [&](const known_handle& h) { return h.handle == taken->handle; });
    if (at != handles.end()) {
      *at = {taken->handle, text(taken->at)};
    } else {
      handles.push_back({taken->handle, text(taken->at)});
      std::sort(handles.begin(), handles.end(), [](const auto& a, const auto& b) { return a.handle < b.handle; });
    }
  }
}

/// The numbers of an overlay are those of its lower layers: with others they say nothing of the ones before.
void remember_layers(memory& m, const cmd::mount& mounts) {
  known_layers now{mounts.overlay, mounts.options.lower};
  now.lower.insert(now.lower.end(), mounts.options.data.begin(), mounts.options.data.end());
  const auto at = std::lower_bound(m.layers.begin(), m.layers.end(), now.overlay,
                                   [](const known_layers& l, const std::string& overlay) { return l.overlay < overlay; });
  if (at == m.layers.end() || at->overlay != now.overlay) {
    m.layers.insert(at, std::move(now));
  } else if (*at != now) {
    *at = std::move(now);
    std::erase_if(m.over_mounts, [&](const seen_number& n) { return n.name.starts_with(mounts.overlay + ":"); });
  }
}

/// The filesystem that a command makes, or changes; empty for none.
std::string changed_filesystem(const command& c) {
  const bool reads = std::holds_alternative<cmd::stat>(c) || std::holds_alternative<cmd::read>(c) || std::holds_alternative<cmd::ls>(c);
  const path* const at = reads ? nullptr : view::subject(c);
  if (at != nullptr) return at->fs;
  return std::visit(
      [](const auto& what) -> std::string {
        if constexpr (requires { what.fs; } && !requires { what.handle; }) return what.fs;
        return {};
      },
      c);
}

}  // namespace

expected_content expected(const memory& m, const world& w, const std::string& name) {
  const std::size_t colon = name.find(':');
  std::string rest = name.substr(colon + 1);
  for (std::string at = name; at.size() > colon + 1; at.erase(at.rfind('/'))) {
    const known_content* known = find(m.contents, at);
    if (known == nullptr) continue;
    if (known->either) return {};
    if (known->lower.empty()) {
      if (at.size() != name.size() || !known->exists) return {};
      return {.data = known->data, .link = known->link};
    }
    rest = known->lower + name.substr(at.size());
    if (at.size() != name.size()) break;
    const overlay::mounted* o = view::overlay_named(w, name.substr(0, colon));
    return {.data = o == nullptr ? std::nullopt : view::lower_content(w, *o, rest), .lower = rest, .link = known->link};
  }
  const overlay::mounted* o = view::overlay_named(w, name.substr(0, colon));
  return {.data = o == nullptr ? std::nullopt : view::lower_content(w, *o, rest), .lower = rest, .link = 0};
}

const known_handle* taken(const memory& m, std::string_view handle) {
  const auto at = std::find_if(m.handles.begin(), m.handles.end(), [&](const known_handle& h) { return h.handle == handle; });
  return at == m.handles.end() ? nullptr : &*at;
}

path path_of(const std::string& name) {
  const std::size_t colon = std::min(name.find(':'), name.size());
  return {name.substr(0, colon), name.substr(std::min(colon + 1, name.size()))};
}

const seen_number* seen(const std::vector<seen_number>& list, const std::string& name) { return find(list, name); }

}  // namespace ovlsim::memory_of

namespace ovlsim {

memory remember(const step& s, std::span<const remembers> needs, std::span<const std::string> lowers) {
  using namespace memory_of;
  const auto wanted = [&](remembers what) { return std::find(needs.begin(), needs.end(), what) != needs.end(); };
  memory m = s.past;
  const path* const at = view::subject(s.what);
  const bool on_overlay = at != nullptr && view::overlay_named(s.after, at->fs) != nullptr;
  const bool done = s.answer.status == errc::ok;
  if (const auto* u = std::get_if<cmd::umount>(&s.what); u != nullptr && done) {
    std::erase_if(m.in_mount, [&](const seen_number& n) { return n.name.starts_with(u->overlay + ":"); });
  }
  if (const auto* mounts = std::get_if<cmd::mount>(&s.what); mounts != nullptr && done && wanted(remembers::numbers_over_mounts)) {
    remember_layers(m, *mounts);
  }
  if (done && on_overlay) {
    if (wanted(remembers::numbers_in_mount)) remember_number(m.in_mount, s);
    if (wanted(remembers::numbers_over_mounts)) remember_number(m.over_mounts, s);
    if (wanted(remembers::contents) || wanted(remembers::handles)) std::visit(content_writer{m, s}, s.what);
    if (wanted(remembers::handles)) remember_handle(m, s);
  } else if (done && std::find(lowers.begin(), lowers.end(), changed_filesystem(s.what)) != lowers.end()) {
    m.over_mounts.clear();
  }
  for (known_handle& h : m.handles) {
    if (h.name.empty()) continue;
    if (const std::optional<std::string> data = expected(m, s.after, h.name).data) h.size = data->size();
  }
  return m;
}

}  // namespace ovlsim
