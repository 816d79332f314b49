// SPDX-License-Identifier: Apache-2.0
//
// What names should read. A file that was copied up holds what it was copied from, whatever becomes of that; one with metadata only holds
// what its lower holds. A file that is open for writing has one name more, which nobody else can use.
#include <array>
#include <map>
#include <variant>

#include "properties/commands.hpp"
#include "properties/layers.hpp"
#include "properties/memory.hpp"
#include "properties/view.hpp"

namespace ovlsim::memory_of {

namespace {

using view::place;

std::string private_name(std::string_view handle) { return "\x01" + std::string(handle); }

std::string rest_of(const place& at, const std::string& key) { return key.size() == at.root.size() ? "/" : key.substr(at.root.size()); }

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

/// What is known of the file that had the name `before` and now has the name `after`, in the upper; nothing where nobody can tell.
std::optional<known_content> as_it_is(const step& s, const place& at, const std::string& before, const std::string& after) {
  const view::upper_file upper = view::in_upper(s.after, *at.o, rest_of(at, after));
  const expected_content e = expected(s.past, s.before, at, before);
  if (e.unknown || (upper.is_file && !e.data)) return std::nullopt;
  known_content c{.name = after, .exists = e.data.has_value() || !e.lower.empty(), .data = {}, .lower = {}, .link = e.link};
  const bool stays_below = upper.is_file ? upper.metacopy : upper.redirected;
  if (!e.lower.empty() && stays_below) {
    c.lower = e.lower;
  } else {
    c.data = e.data.value_or(std::string());
  }
  return c;
}

class content_writer {
 public:
  content_writer(memory& m, const step& s, const naming& key) : m_(m), s_(s), key_(key) {}

  void operator()(const cmd::create& c) const { make(key_(c.at), c.data); }
  void operator()(const cmd::mkdir& c) const { make(key_(c.at), {}); }
  void operator()(const cmd::symlink& c) const { make(key_(c.at), {}); }
  void operator()(const cmd::mkfifo& c) const { make(key_(c.at), {}); }
  void operator()(const cmd::copy& c) const { copied(c.from, key_(c.to)); }
  void operator()(const cmd::write& c) const { write(c.at, c.data); }
  void operator()(const cmd::append& c) const {
    const std::optional<std::string> now = data_now(key_(c.at));
    write(c.at, now ? std::optional(*now + c.data) : std::nullopt);
  }
  void operator()(const cmd::truncate& c) const {
    std::optional<std::string> data = data_now(key_(c.at, true));
    if (data || c.size == 0) {
      data = data.value_or(std::string());
      data->resize(c.size, '\0');
    }
    write(c.at, std::move(data), true);
  }
  void operator()(const cmd::chmod& c) const { keep(key_(c.at, true)); }
  void operator()(const cmd::chown& c) const { keep(key_(c.at)); }
  void operator()(const cmd::touch& c) const { keep(key_(c.at)); }
  void operator()(const cmd::setxattr& c) const { keep(key_(c.at)); }
  void operator()(const cmd::removexattr& c) const { keep(key_(c.at)); }
  void operator()(const cmd::unlink& c) const { remove(key_(c.at)); }
  void operator()(const cmd::rmdir& c) const { remove(key_(c.at)); }
  void operator()(const cmd::open& c) const {
    if (c.mode == open_mode::ro) return;
    const std::string key = key_(c.at);
    keep(key);
    linked(key, private_name(c.handle));
  }
  void operator()(const cmd::link& c) const {
    const std::string from = key_(c.from);
    keep(from);
    linked(from, key_(c.to));
  }
  void operator()(const cmd::rename&) const { moved(false); }
  void operator()(const cmd::exchange&) const { moved(true); }
  void operator()(const auto&) const {}

 private:
  std::optional<std::string> data_now(const std::string& key) const { return expected(s_.past, s_.before, key_.at, key).data; }

  void make(const std::string& key, std::string data) const {
    erase_below(m_.contents, key);
    put(m_.contents, {.name = key, .exists = true, .data = std::move(data)});
  }

  void remove(const std::string& key) const {
    erase_below(m_.contents, key);
    put(m_.contents, {.name = key, .exists = false});
  }

  /// The other names of a lower file that was copied up under this one: what they read is a matter of hardlink-kept.
  void copied_up(const path& p) const {
    const world looked_up = view::after_lookup(s_.before, p, s_.k);
    const std::optional<view::cached_name> cached = view::cached(looked_up, p);
    if (!cached || view::file_behind(looked_up, *cached) != view::lower_behind(looked_up, *cached)) return;
    for (const path& other : view::other_lower_names(looked_up, *cached)) {
      const std::string key = key_.at.key(other);
      if (find(m_.contents, key) == nullptr) put(m_.contents, {.name = key, .either = true});
    }
  }

  /// An index keeps all names of a lower file one, those that were copied up before, too.
  void forget_links_below(const path& p) const {
    const world looked_up = view::after_lookup(s_.before, p, s_.k);
    const std::optional<view::cached_name> cached = view::cached(looked_up, p);
    if (!cached) return;
    for (const path& other : view::other_lower_names(looked_up, *cached)) {
      const std::string key = key_.at.key(other);
      if (find(m_.contents, key) == nullptr) continue;
      forget_content(m_, key);
      put(m_.contents, {.name = key, .either = true});
    }
  }

  path path_of(const std::string& key) const { return {view::subject(s_.what)->fs, rest_of(key_.at, key)}; }

  void write(const path& p, std::optional<std::string> data, bool follow_last = false) const {
    const std::string key = key_(p, follow_last);
    copied_up(path_of(key));
    if (key_.at.o->cfg.index) forget_links_below(path_of(key));
    if (!data) return forget_content(m_, key);
    known_content c{.name = key, .data = std::move(*data), .link = expected(s_.past, s_.before, key_.at, key).link};
    put_content(m_, std::move(c));
  }

  /// The file was copied up, if it was not yet. Of a directory nothing changes: each name in it is kept by itself.
  void keep(const std::string& key) const {
    if (!view::in_upper(s_.after, *key_.at.o, rest_of(key_.at, key)).is_file) return;
    copied_up(path_of(key));
    std::optional<known_content> c = as_it_is(s_, key_.at, key, key);
    if (!c) return forget_content(m_, key);
    put_content(m_, std::move(*c));
  }

  /// `name` is one more name of what is known of `key`.
  void linked(const std::string& key, const std::string& name) const {
    known_content* const from = find(m_.contents, key);
    if (from == nullptr || from->either) return erase_below(m_.contents, name);
    if (from->link == 0) from->link = new_link(m_);
    known_content to = *from;
    to.name = name;
    put(m_.contents, std::move(to));
  }

  void moved(bool exchanged) const {
    const changed_name c = change_of_names(s_, key_);
    if (c.what == name_change::none) return;
    copied_up(path_of(c.from));
    if (exchanged) copied_up(path_of(c.to));
    const std::optional<known_content> at_to = as_it_is(s_, key_.at, c.from, c.to);
    const std::optional<known_content> at_from = exchanged ? as_it_is(s_, key_.at, c.to, c.from) : known_content{.name = c.from, .exists = false};
    rename(m_.contents, c.from, c.to, exchanged);
    put_or_forget(at_to, c.to);
    put_or_forget(at_from, c.from);
  }

  void put_or_forget(const std::optional<known_content>& known, const std::string& key) const {
    std::erase_if(m_.contents, [&](const known_content& e) { return e.name == key; });
    if (known) put(m_.contents, *known);
  }

  /// cp -a: each file of the tree with what the source reads, hard links among them kept.
  void copied(const path& from, const std::string& to) const {
    erase_below(m_.contents, to);
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> links;
    std::vector<std::pair<path, std::string>> left{{from, to}};
    while (!left.empty()) {
      const auto [source, key] = std::move(left.back());
      left.pop_back();
      const std::optional<answer::stat> st = view::stat(s_.before, source, s_.k);
      if (!st) continue;
      if (st->type != file_type::dir && st->nlink > 1) {
        const auto [first, is_new] = links.emplace(std::pair(st->dev, st->ino), key);
        if (!is_new) {
          linked(first->second, key);
          continue;
        }
      }
      const bool is_file = st->type == file_type::file;
      put(m_.contents, {.name = key, .exists = true, .data = is_file ? view::content(s_.before, source, s_.k).value_or("") : std::string()});
      const outcome o = view::would_answer(s_.before, cmd::ls{source}, s_.k);
      const auto* const listed = std::get_if<answer::entries>(&o.fields);
      if (listed == nullptr) continue;
      for (const answer::entry& e : listed->by_name) {
        left.push_back({{source.fs, (source.rest == "/" ? "" : source.rest) + "/" + e.name}, key + "/" + e.name});
      }
    }
  }

  memory& m_;
  const step& s_;
  const naming& key_;
};

}  // namespace

expected_content expected(const memory& m, const world& w, const place& at, const std::string& key) {
  if (at.o == nullptr) {
    const known_content* const known = find(m.contents, key);
    const bool says_it = known != nullptr && !known->either && known->exists && known->lower.empty();
    return says_it ? expected_content{.data = known->data, .link = known->link} : expected_content{};
  }
  const auto below = [&](const std::string& rest, std::uint32_t link) {
    view::lower_file lower = view::in_lower(w, *at.o, rest);
    return expected_content{.unknown = lower.unknown, .data = std::move(lower.data), .lower = rest, .link = link};
  };
  const std::string rest = rest_of(at, key);
  const view::upper_file upper = view::in_upper(w, *at.o, rest);
  for (std::string name = key; name.size() > at.root.size(); name.erase(name.rfind('/'))) {
    const known_content* const known = find(m.contents, name);
    if (known == nullptr) continue;
    const bool itself = name.size() == key.size();
    if (known->either) return {.unknown = true};
    if (known->lower.empty()) {
      if (itself && known->exists) return {.data = known->data, .link = known->link};
      return {.unknown = !itself, .gone = itself};
    }
    if (!itself && upper.is_there) return {.unknown = true};
    return below(known->lower + key.substr(name.size()), itself ? known->link : 0);
  }
  // What is in the upper and was never heard of was made offline.
  if ((upper.is_there && upper.is_file) || upper.redirected) return {.unknown = true};
  return below(rest, 0);
}

void remember_content(memory& m, const step& s, const naming& key) { std::visit(content_writer(m, s, key), s.what); }

void remember_open_file(memory& m, const step& s) {
  if (const auto* closed = std::get_if<cmd::close>(&s.what)) return erase_below(m.contents, private_name(closed->handle));
  const auto* const written = std::get_if<cmd::fwrite>(&s.what);
  const open_file* const file = written == nullptr ? nullptr : view::opened(s.before, written->handle);
  if (file == nullptr || !file->on_overlay) return;
  known_content* const known = find(m.contents, private_name(written->handle));
  if (known == nullptr) return;
  known_content c = *known;
  if (!c.lower.empty()) return erase_below(m.contents, c.name);
  c.data.replace(0, std::min(c.data.size(), written->data.size()), written->data);
  put_content(m, std::move(c));
}

void forget_content(memory& m, const std::string& key) {
  std::vector<std::uint32_t> links;
  for (const known_content& c : m.contents) {
    if (c.link != 0 && view::is_at_or_below(c.name, key)) links.push_back(c.link);
  }
  erase_below(m.contents, key);
  std::erase_if(m.contents, [&](const known_content& c) { return std::find(links.begin(), links.end(), c.link) != links.end(); });
}

void put_links_in_order(memory& m) {
  std::map<std::uint32_t, std::uint32_t> names;
  for (const known_content& c : m.contents) ++names[c.link];
  std::map<std::uint32_t, std::uint32_t> order;
  for (known_content& c : m.contents) {
    if (c.link == 0) continue;
    c.link = names[c.link] < 2 ? 0 : order.emplace(c.link, static_cast<std::uint32_t>(order.size() + 1)).first->second;
  }
}

}  // namespace ovlsim::memory_of
