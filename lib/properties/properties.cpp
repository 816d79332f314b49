// SPDX-License-Identifier: Apache-2.0
//
// The properties that come with ovlsim. Those about names look at what the cache of the overlay holds after a step: to look at it
// changes nothing, so whoever asks next is answered the same.
#include <algorithm>
#include <array>

#include "properties/commands.hpp"
#include "properties/layers.hpp"
#include "properties/links.hpp"
#include "properties/memory.hpp"
#include "properties/view.hpp"

namespace ovlsim {

namespace {

using view::cached_name;

finding broken(std::string why, std::vector<command> evidence = {}) {
  return {finding::kind::broken, std::move(why), std::move(evidence)};
}

/// The overlays of a step: those that its paths are on, or the file that it has open.
bool is_on_overlay(const step& s) {
  const std::vector<const path*> paths = view::paths_in(s.what);
  const auto is_overlays = [&](const path* p) { return view::overlay_named(s.before, p->fs) != nullptr; };
  if (std::any_of(paths.begin(), paths.end(), is_overlays)) return true;
  const open_file* const file = view::opened(s.before, view::open_handle(s.what));
  return file != nullptr && file->on_overlay;
}

/// Not of mount and fhopen: whether layers or a handle are good is what they are asked.
finding never_answers(const step& s, errc e) {
  if (!is_on_overlay(s)) return {};
  return s.answer.status == e ? broken("the answer is " + std::string(name(e))) : finding::of(true);
}

finding no_estale(const step& s) { return never_answers(s, errc::estale); }
finding no_eio(const step& s) { return never_answers(s, errc::eio); }

finding right_data(const step& s) {
  const memory now = remember(s, std::array{remembers::contents});
  finding f;
  view::place at;
  for (const cached_name& n : view::cached_files(s.after)) {
    if (at.o != &*s.after.overlays[n.overlay]) at = view::place_of(s.after, n.at.fs);
    const memory_of::expected_content expected = memory_of::expected(now, s.after, at, at.key(n.at));
    if (expected.unknown || (!expected.data && !expected.gone)) continue;
    const std::optional<std::string> got = view::content(s.after, n.at, s.k);
    if (!got) continue;
    f.what = finding::kind::kept;
    if (expected.gone) {  // a lower layer that has come since may have the name
      const view::lower_file lower = view::in_lower(s.after, *at.o, n.at.rest);
      if (!lower.unknown && lower.data != got) return broken(n.text() + " was removed or renamed", {cmd::read{n.at}});
      continue;
    }
    if (*got != *expected.data && got != expected.or_else) return broken(n.text() + " should read \"" + *expected.data + "\"", {cmd::read{n.at}});
  }
  return f;
}

/// The file of an overlay that a step has written to, and the world in which its name is in the cache and nothing is written yet.
struct written {
  path at;
  world looked_up;
};
std::optional<written> written_by(const step& s) {
  if (s.answer.status != errc::ok || !view::changes_file(s.what)) return std::nullopt;
  const open_file* const file = view::opened(s.before, view::open_handle(s.what));
  const path* const as_written = view::subject(s.what);
  std::optional<path> at = file != nullptr ? view::name_of(s.before, *file) : std::nullopt;
  if (as_written != nullptr) at = view::meaning(s.after, *as_written, view::follows_last(s.what));
  if (!at || view::overlay_named(s.before, at->fs) == nullptr) return std::nullopt;
  world looked_up = view::after_lookup(s.before, *at, s.k);
  return written{std::move(*at), std::move(looked_up)};
}

finding write_isolated(const step& s) {
  const std::optional<written> w = written_by(s);
  finding f;
  if (!w) return f;
  const view::place at = view::place_of(w->looked_up, w->at.fs);
  for (const auto& [changed, other] : view::pairs_with(w->looked_up, w->at)) {
    if (memory_of::are_links(s.past, w->looked_up, at, changed, other) || !view::cached(s.after, other.at)) continue;
    f.what = finding::kind::kept;
    if (view::content(w->looked_up, other.at, s.k) != view::content(s.after, other.at, s.k)) {
      return broken(other.text() + " has changed, too", {cmd::read{other.at}});
    }
  }
  return f;
}

finding unique_ino(const step& s) {
  finding f;
  std::optional<memory> now;
  view::place at;
  for (const auto& [a, b] : view::pairs(s.after)) {
    const std::optional<answer::stat> x = view::stat(s.after, a.at, s.k);
    const std::optional<answer::stat> y = view::stat(s.after, b.at, s.k);
    const bool is_one = x && y && x->ino == y->ino && x->dev == y->dev;
    if (!x || !y || (!is_one && f.what == finding::kind::kept)) continue;
    // What the step itself has linked makes a difference for those alone that have one number.
    if (is_one && !now) now = remember(s, std::array{remembers::contents});
    if (at.o != &*s.after.overlays[a.overlay]) at = view::place_of(s.after, a.at.fs);
    if (memory_of::are_links(is_one ? *now : s.past, s.after, at, a, b)) continue;
    f.what = finding::kind::kept;
    if (is_one) return broken(a.text() + " and " + b.text() + " are one file for who asks", {cmd::stat{a.at}, cmd::stat{b.at}});
  }
  return f;
}

finding keeps_number(const step& s, const std::vector<seen_number>& seen, bool over_mounts) {
  const std::optional<path> asked = memory_of::asked_number(s);
  const auto* const a = std::get_if<answer::stat>(&s.answer.fields);
  const view::place at = asked && a != nullptr ? view::place_of(s.before, asked->fs) : view::place{};
  if (at.o == nullptr || a->type == file_type::dir) return {};
  const memory_of::naming key{s, {at.o, over_mounts ? at.root : asked->fs + ":"}};
  const seen_number* const before = memory_of::find(seen, key(*asked));
  if (before == nullptr) return {};
  return a->ino == before->ino ? finding::of(true) : broken("the number was another before");
}

finding stable_ino(const step& s) { return keeps_number(s, s.past.in_mount, false); }
finding persistent_ino(const step& s) { return keeps_number(s, s.past.over_mounts, true); }

/// What differs in two listings; empty where their names do.
std::string listed_otherwise(const outcome& a, const outcome& b, const path& dir) {
  const auto* const x = std::get_if<answer::entries>(&a.fields);
  const auto* const y = std::get_if<answer::entries>(&b.fields);
  for (std::size_t n = 0; x != nullptr && y != nullptr && n < std::min(x->by_name.size(), y->by_name.size()); ++n) {
    if (x->by_name[n].name != y->by_name[n].name) break;
    if (x->by_name[n].type == entry_type::dir || x->by_name[n].ino == y->by_name[n].ino) continue;
    return dir.fs + ":" + (dir.rest == "/" ? "" : dir.rest) + "/" + x->by_name[n].name + " is listed with another number";
  }
  return {};
}

finding order_free(const step& s) {
  const std::vector<const path*> paths = view::paths_in(s.what);
  const auto is_other = [&](const path* p) {
    return view::overlay_named(s.before, p->fs) != nullptr && !view::cached(s.before, view::meaning(s.before, *p, view::follows_last(s.what)));
  };
  if (paths.empty() || !std::all_of(paths.begin(), paths.end(), is_other)) return {};
  const outcome alone = view::would_answer(view::without_caches(s.before, s.k), s.what, s.k);
  if (view::same_but_for_directories(alone, s.answer)) return finding::of(true);
  const std::string listed = listed_otherwise(alone, s.answer, *paths.front());
  if (!listed.empty()) return broken("with nothing else looked up " + listed, view::asked_alone(s.what));
  return broken("with nothing else looked up the answer is " + std::string(name(alone.status)), view::asked_alone(s.what));
}

finding hardlink_kept(const step& s) {
  const std::optional<written> w = written_by(s);
  finding f;
  if (!w) return f;
  for (const auto& [changed, other] : view::pairs_with(w->looked_up, w->at)) {
    if (view::file_behind(w->looked_up, changed) != view::file_behind(w->looked_up, other)) continue;
    f.what = finding::kind::kept;
    if (!view::is_one_file(s.after, changed.at, other.at)) return broken(other.text() + " is another file now", {cmd::stat{changed.at}, cmd::stat{other.at}});
  }
  return f;
}

finding handle_stable(const step& s) {
  const auto* const opened = std::get_if<cmd::fhopen>(&s.what);
  const auto* const a = std::get_if<answer::stat>(&s.answer.fields);
  const known_handle* const h = opened == nullptr || a == nullptr ? nullptr : memory_of::taken(s.past, opened->handle);
  if (h == nullptr || h->name.empty() || h->type != file_type::file || h->size == known_handle::unknown) return {};
  if (a->type != file_type::file) return broken("the handle is of a regular file");
  if (a->size != h->size) return broken("the handle is of a file of " + std::to_string(h->size) + " bytes");
  const view::place at = view::place_of(s.after, opened->fs);
  if (at.o == nullptr || !view::is_at_or_below(h->name, at.root)) return finding::of(true);
  const path named{opened->fs, h->name.substr(at.root.size())};
  const std::optional<answer::stat> now = view::stat(s.after, named, s.k);
  const bool same = !now || now->ino == a->ino;
  return same ? finding::of(true) : broken("the handle is of " + named.fs + ":" + named.rest, {cmd::stat{named}});
}

finding d_ino(const step& s) {
  const auto* const asked = std::get_if<cmd::ls>(&s.what);
  const auto* const listed = std::get_if<answer::entries>(&s.answer.fields);
  if (asked == nullptr || listed == nullptr || view::overlay_named(s.after, asked->at.fs) == nullptr) return {};
  for (const answer::entry& e : listed->by_name) {
    const path at{asked->at.fs, (asked->at.rest == "/" ? "" : asked->at.rest) + "/" + e.name};
    const std::optional<answer::stat> x = view::stat(s.after, at, s.k);
    if (x && x->ino != e.ino) return broken("the listing has another number for " + at.fs + ":" + at.rest, {cmd::stat{at}});
  }
  return finding::of(true);
}

constexpr property all[] = {
    {"no-estale", "no command on an overlay answers ESTALE", remembers::nothing, no_estale},
    {"no-eio", "no command on an overlay answers EIO", remembers::nothing, no_eio},
    {"right-data", "a name reads what was last written to it through the overlay, or else what the lower layers have at that path now",
     remembers::contents, right_data},
    {"write-isolated", "writing to a name changes no other name that was not hard-linked to it", remembers::contents, write_isolated},
    {"unique-ino", "two names that are not hard links never share st_dev and st_ino at one time", remembers::contents, unique_ino},
    {"stable-ino", "st_ino of a file stays within a mount, through copy-up and eviction", remembers::numbers_in_mount, stable_ino},
    {"persistent-ino", "st_ino of a file stays through remounts while the lower layers are not changed", remembers::numbers_over_mounts,
     persistent_ino},
    {"order-free", "an answer does not depend on which other names were looked up before", remembers::nothing, order_free},
    {"hardlink-kept", "names that are hard links stay names of one file when one of them is written to", remembers::nothing, hardlink_kept},
    {"handle-stable", "a file handle opens the file that it was taken from, or fails", remembers::handles, handle_stable},
    {"d-ino", "a listing has the number of each name that stat has", remembers::nothing, d_ino},
};

}  // namespace

std::span<const property> properties() noexcept { return all; }

const property* property_named(std::string_view name) noexcept {
  const auto found = std::find_if(std::begin(all), std::end(all), [name](const property& p) { return p.name == name; });
  return found == std::end(all) ? nullptr : &*found;
}

}  // namespace ovlsim
