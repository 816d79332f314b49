// SPDX-License-Identifier: Apache-2.0
//
// The properties that come with ovlsim. Those about names look at what the cache of the overlay holds after a step: to look at it
// changes nothing, so whoever asks next is answered the same.
#include <algorithm>
#include <array>

#include "properties/memory.hpp"

namespace ovlsim {

namespace {

using view::cached_name;

finding broken(std::string why, std::vector<command> evidence = {}) {
  return {finding::kind::broken, std::move(why), std::move(evidence)};
}

bool is_done_on_overlay(const step& s) {
  const path* const at = view::subject(s.what);
  return at != nullptr && s.answer.status == errc::ok && view::overlay_named(s.before, at->fs) != nullptr;
}

finding never_answers(const step& s, errc e) {
  const path* const at = view::subject(s.what);
  if (at == nullptr || view::overlay_named(s.before, at->fs) == nullptr) return {};
  return s.answer.status == e ? broken("the answer is " + std::string(name(e))) : finding::of(true);
}

finding no_estale(const step& s) { return never_answers(s, errc::estale); }
finding no_eio(const step& s) { return never_answers(s, errc::eio); }

finding right_data(const step& s) {
  const memory now = remember(s, std::array{remembers::contents});
  finding f;
  for (const cached_name& n : view::cached_files(s.after)) {
    const std::optional<std::string> expected = memory_of::expected(now, s.after, n.text()).data;
    const std::optional<std::string> got = view::content(s.after, n.at, s.k);
    if (!expected || !got || view::is_lower_link(s.after, n)) continue;
    f.what = finding::kind::kept;
    if (*got != *expected) return broken(n.text() + " should read \"" + *expected + "\"", {cmd::read{n.at}});
  }
  return f;
}

finding write_isolated(const step& s) {
  if (!is_done_on_overlay(s) || !view::changes_file(s.what)) return {};
  const world looked_up = view::after_lookup(s.before, *view::subject(s.what), s.k);
  finding f;
  for (const auto& [changed, other] : view::pairs_with(looked_up, *view::subject(s.what))) {
    if (view::are_links(looked_up, changed, other) || !view::cached(s.after, other.at)) continue;
    f.what = finding::kind::kept;
    if (view::content(looked_up, other.at, s.k) != view::content(s.after, other.at, s.k)) {
      return broken(other.text() + " has changed, too", {cmd::read{other.at}});
    }
  }
  return f;
}

finding unique_ino(const step& s) {
  finding f;
  for (const auto& [a, b] : view::pairs(s.after)) {
    const std::optional<answer::stat> x = view::stat(s.after, a.at, s.k);
    const std::optional<answer::stat> y = view::stat(s.after, b.at, s.k);
    if (!x || !y || view::are_links(s.after, a, b)) continue;
    f.what = finding::kind::kept;
    if (x->ino == y->ino && x->dev == y->dev) return broken(a.text() + " and " + b.text() + " are one file for who asks", {cmd::stat{a.at}, cmd::stat{b.at}});
  }
  return f;
}

finding keeps_number(const step& s, const std::vector<seen_number>& seen) {
  const auto* const asked = std::get_if<cmd::stat>(&s.what);
  const auto* const a = std::get_if<answer::stat>(&s.answer.fields);
  const seen_number* const before = asked != nullptr && a != nullptr ? memory_of::seen(seen, asked->at.fs + ":" + asked->at.rest) : nullptr;
  if (before == nullptr || a->type == file_type::dir) return {};
  return a->ino == before->ino ? finding::of(true) : broken("the number was another before");
}

finding stable_ino(const step& s) { return keeps_number(s, s.past.in_mount); }
finding persistent_ino(const step& s) { return keeps_number(s, s.past.over_mounts); }

finding order_free(const step& s) {
  const path* const at = view::subject(s.what);
  if (at == nullptr || view::overlay_named(s.before, at->fs) == nullptr || view::cached(s.before, *at)) return {};
  const outcome alone = view::would_answer(view::without_caches(s.before, s.k), s.what, s.k);
  if (view::same_but_for_directories(alone, s.answer)) return finding::of(true);
  return broken("with nothing else looked up the answer is " + std::string(name(alone.status)), view::asked_alone(s.what));
}

finding hardlink_kept(const step& s) {
  if (!is_done_on_overlay(s) || !view::changes_file(s.what)) return {};
  const world looked_up = view::after_lookup(s.before, *view::subject(s.what), s.k);
  finding f;
  for (const auto& [changed, other] : view::pairs_with(looked_up, *view::subject(s.what))) {
    if (view::file_behind(looked_up, changed) != view::file_behind(looked_up, other)) continue;
    f.what = finding::kind::kept;
    if (!view::is_one_file(s.after, changed.at, other.at)) return broken(other.text() + " is another file now", {cmd::stat{changed.at}, cmd::stat{other.at}});
  }
  return f;
}

finding handle_stable(const step& s) {
  const auto* const opened = std::get_if<cmd::fhopen>(&s.what);
  const auto* const a = std::get_if<answer::stat>(&s.answer.fields);
  const known_handle* const h = opened == nullptr || a == nullptr ? nullptr : memory_of::taken(s.past, opened->handle);
  if (h == nullptr || h->name.empty() || h->size == known_handle::unknown || a->type != file_type::file) return {};
  if (a->size != h->size) return broken("the handle is of a file of " + std::to_string(h->size) + " bytes");
  const std::optional<answer::stat> now = view::stat(s.after, memory_of::path_of(h->name), s.k);
  const bool same = !now || now->ino == a->ino;
  return same ? finding::of(true) : broken("the handle is of " + h->name, {cmd::stat{memory_of::path_of(h->name)}});
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
    {"write-isolated", "writing to a name changes no other name that was not hard-linked to it", remembers::nothing, write_isolated},
    {"unique-ino", "two names that are not hard links never share st_dev and st_ino at one time", remembers::nothing, unique_ino},
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
