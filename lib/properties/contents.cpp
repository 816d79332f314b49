// SPDX-License-Identifier: Apache-2.0
//
// What names should read. A file that was copied up holds what it was copied from, whatever becomes of that; one with metadata only holds
// what its lower holds. A file that is open for writing has one name more, which nobody else can use.
#include <map>
#include <utility>
#include <variant>

#include "properties/commands.hpp"
#include "properties/layers.hpp"
#include "properties/links.hpp"
#include "properties/memory.hpp"
#include "properties/view.hpp"

namespace ovlsim::memory_of {

namespace {

using view::place;

std::string private_name(std::string_view handle) { return "\x01" + std::string(handle); }

void make_unknown(known_content& c) {
  c.unknown = true;
  c.data.clear();
  c.lower.clear();
}

/// All names of a file that has changed; of those that may be another file nobody knows what they hold.
void put_content(memory& m, known_content c) {
  if (c.link != 0) {
    for (known_content& other : m.contents) {
      if (other.link != c.link || other.name == c.name) continue;
      if (c.doubtful || other.doubtful) {
        make_unknown(other);
        continue;
      }
      other.data = c.data;
      other.lower = c.lower;
      other.unknown = c.unknown;
    }
  }
  put(m.contents, std::move(c));
}

/// What is known of the file that had the name `before` and now has the name `after`, in the upper.
known_content as_it_is(const step& s, const place& at, const std::string& before, const std::string& after) {
  const view::upper_file upper = view::in_upper(s.after, *at.o, rest_of(at, after));
  const expected_content e = expected(s.past, s.before, at, before);
  known_content c{.name = after};
  c.unknown = e.unknown || (upper.is_file && !e.certain());
  if (c.unknown) return c;
  c.exists = e.data.has_value() || !e.lower.empty();
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
    add_link(m_, key, private_name(c.handle));
  }
  void operator()(const cmd::link& c) const {
    const std::string from = key_(c.from);
    keep(from);
    add_link(m_, from, key_(c.to));
  }
  void operator()(const cmd::rename&) const { moved(false); }
  void operator()(const cmd::exchange&) const { moved(true); }
  void operator()(const auto&) const {}

  /// What a command that has failed may have done to a name.
  void keep_copied_up(const std::string& key) const {
    if (!view::in_upper(s_.before, *key_.at.o, rest_of(key_.at, key)).is_there) keep(key);
  }

 private:
  std::optional<std::string> data_now(const std::string& key) const { return expected(s_.past, s_.before, key_.at, key).certain(); }

  void make(const std::string& key, std::string data) const {
    erase_below(m_.contents, key);
    put(m_.contents, {.name = key, .exists = true, .data = std::move(data)});
  }

  void remove(const std::string& key) const {
    erase_below(m_.contents, key);
    put(m_.contents, {.name = key, .exists = false});
  }

  /// Of which names the file of `key` is one before the step, which copies it up if it was not yet.
  void tie(known_content& c, const std::string& key) const {
    const known_content* const known = find(m_.contents, key);
    if (known == nullptr || !known->exists) {
      const bool was_made_offline = view::in_upper(s_.before, *key_.at.o, rest_of(key_.at, key)).is_there;
      c.link = was_made_offline ? join_upper_links(m_, s_.before, key_.at, key) : join_lower_links(m_, s_.before, key_.at, key);
      return;
    }
    if (!known->below.empty() && !key_.at.o->cfg.index) return;  // without an index it becomes a file of its own
    c.link = known->link;
    c.doubtful = known->doubtful || expected(s_.past, s_.before, key_.at, key).doubtful;
  }

  void write(const path& p, std::optional<std::string> data, bool follow_last = false) const {
    known_content c{.name = key_(p, follow_last)};
    tie(c, c.name);
    c.unknown = !data;
    if (data) c.data = std::move(*data);
    put_content(m_, std::move(c));
  }

  /// The file was copied up, if it was not yet. Of a directory nothing changes: each name in it is kept by itself.
  void keep(const std::string& key) const {
    if (!view::in_upper(s_.after, *key_.at.o, rest_of(key_.at, key)).is_file) return;
    known_content c = as_it_is(s_, key_.at, key, key);
    tie(c, key);
    put_content(m_, std::move(c));
  }

  void moved(bool exchanged) const {
    const changed_name c = change_of_names(s_, key_);
    if (c.what == name_change::none) return;
    known_content at_to = as_it_is(s_, key_.at, c.from, c.to);
    known_content at_from = exchanged ? as_it_is(s_, key_.at, c.to, c.from) : known_content{.name = c.from, .exists = false};
    tie(at_to, c.from);
    if (exchanged) tie(at_from, c.to);
    rename(m_.contents, c.from, c.to, exchanged);
    put_content(m_, std::move(at_to));
    put_content(m_, std::move(at_from));
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
          add_link(m_, first->second, key);
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

namespace {

/// What the lower layers have at a path, which is no name of anything that was written to. With an index it may be one file with another
/// name of it that was: whether it is depends on when the two were linked.
expected_content as_in_lower(const memory& m, const world& w, const place& at, const std::string& key, const std::string& rest) {
  view::lower_file f = view::in_lower(w, *at.o, rest);
  expected_content e{.unknown = f.unknown, .data = std::move(f.data), .lower = rest};
  if (f.unknown || !e.data || f.nlink < 2 || !at.o->cfg.index) return e;
  for (const std::string& name : names_of_lower(m, w, at, f)) {
    if (name == key || find(m.contents, name) == nullptr) continue;
    const std::optional<std::string> other = expected(m, w, at, name).certain();
    if (!other || (e.or_else && e.or_else != other)) return {.unknown = true};
    e.or_else = other;
  }
  return e;
}

/// A name of no upper that an index makes one with its links.
expected_content as_its_links(const memory& m, const world& w, const place& at, const known_content& known) {
  const std::optional<std::string> rest = lower_path(m, at, known.name);
  view::lower_file f = rest ? view::in_lower(w, *at.o, *rest) : view::lower_file{.unknown = true};
  if (!at.o->cfg.index) return {.unknown = f.unknown, .data = std::move(f.data), .lower = rest.value_or(std::string())};
  expected_content e{.unknown = known.unknown || f.unknown, .data = known.data, .lower = known.lower, .link = known.link};
  if (!known.lower.empty()) {
    view::lower_file metadata_only = view::in_lower(w, *at.o, known.lower);
    e.unknown = e.unknown || metadata_only.unknown;
    e.data = std::move(metadata_only.data);
  }
  e.doubtful = known.doubtful || e.unknown || f.layer == 0 || view::name_of(w, *at.o, f, *rest) != known.below || index_of(w, *at.o) != known.index;
  if (!e.doubtful || e.unknown) return e;
  e.or_else = std::exchange(e.data, std::move(f.data));
  e.lower = *rest;
  return e;
}

}  // namespace

expected_content expected(const memory& m, const world& w, const place& at, const std::string& key) {
  const known_content* const known = find(m.contents, key);
  if (at.o == nullptr) {
    const bool says_it = known != nullptr && !known->unknown && known->exists && known->lower.empty() && known->below.empty();
    return says_it ? expected_content{.data = known->data, .link = known->link} : expected_content{};
  }
  const std::string rest = rest_of(at, key);
  const view::upper_file upper = view::in_upper(w, *at.o, rest);
  if (known != nullptr && !known->below.empty()) {
    return upper.is_there ? expected_content{.unknown = true, .link = known->link, .doubtful = true} : as_its_links(m, w, at, *known);
  }
  if (known != nullptr) {
    if (!known->exists) return {.gone = true};
    if (known->unknown) return {.unknown = true, .link = known->link};
    if (known->lower.empty()) return {.data = known->data, .link = known->link};
    view::lower_file lower = view::in_lower(w, *at.o, known->lower);
    return {.unknown = lower.unknown, .data = std::move(lower.data), .lower = known->lower, .link = known->link};
  }
  const std::optional<std::string> below = lower_path(m, at, key);
  if (!below) return {.unknown = true};
  // What is in the upper and was never heard of was made offline.
  const bool is_moved = *below != rest;
  if (is_moved ? upper.is_there : (upper.is_there && upper.is_file) || upper.redirected) return {.unknown = true};
  return as_in_lower(m, w, at, key, *below);
}

void remember_content(memory& m, const step& s, const naming& key) {
  const content_writer writer(m, s, key);
  if (s.answer.status == errc::ok) return std::visit(writer, s.what);
  for (const path* const at : view::paths_in(s.what)) {
    if (at->fs == view::subject(s.what)->fs) writer.keep_copied_up(key(*at, view::follows_last(s.what)));
  }
}

void remember_open_file(memory& m, const step& s) {
  if (const auto* closed = std::get_if<cmd::close>(&s.what)) return erase_below(m.contents, private_name(closed->handle));
  const auto* const written = std::get_if<cmd::fwrite>(&s.what);
  const open_file* const file = written == nullptr ? nullptr : view::opened(s.before, written->handle);
  if (file == nullptr || !file->on_overlay) return;
  known_content* const known = find(m.contents, private_name(written->handle));
  if (known == nullptr || known->unknown) return;
  known_content c = *known;
  if (!c.lower.empty()) return erase_below(m.contents, c.name);
  c.data.replace(0, std::min(c.data.size(), written->data.size()), written->data);
  put_content(m, std::move(c));
}

void forget_content(memory& m, const std::string& key) {
  std::vector<std::uint32_t> links;
  for (known_content& c : m.contents) {
    if (!c.exists || !view::is_at_or_below(c.name, key)) continue;
    make_unknown(c);
    if (c.link != 0) links.push_back(c.link);
  }
  for (known_content& c : m.contents) {
    if (std::find(links.begin(), links.end(), c.link) != links.end()) make_unknown(c);
  }
}

void doubt(memory& m, const std::string& path) {
  for (known_content& c : m.contents) {
    if (!c.below.empty() && (view::is_at_or_below(c.below, path) || view::is_at_or_below(path, c.index) || view::is_at_or_below(c.index, path))) {
      c.doubtful = true;
    }
  }
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
