// SPDX-License-Identifier: Apache-2.0
//
// The canonical form: a story goes on alike in a world and in its canonical form, whatever the story; and the form of a form is itself.
#include "ovlsim/canonical.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "ovlsim/apply.hpp"
#include "ovlsim/random.hpp"
#include "ovlsim/render.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

std::uint64_t any_seed() { return *rc::gen::resize(rc::kNominalSize, rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>())); }

/// The inode numbers in an answer that are no counters: those of directories are, on some mounts.
std::vector<std::uint64_t> numbers_in(const outcome& o) {
  if (const auto* s = std::get_if<answer::stat>(&o.fields)) return s->type == file_type::dir ? std::vector<std::uint64_t>{} : std::vector{s->ino};
  std::vector<std::uint64_t> numbers;
  if (const auto* listed = std::get_if<answer::entries>(&o.fields)) {
    for (const answer::entry& e : listed->by_name) {
      if (e.type != entry_type::dir) numbers.push_back(e.ino);
    }
  }
  return numbers;
}

/// An answer without what the canonical form renames.
outcome without_numbers(outcome o) {
  if (auto* s = std::get_if<answer::stat>(&o.fields)) s->ino = s->dev = 0;
  if (auto* listed = std::get_if<answer::entries>(&o.fields)) {
    for (answer::entry& e : listed->by_name) e.ino = 0;
  }
  if (auto* value = std::get_if<answer::value>(&o.fields)) value->bytes.clear();  // a stored handle, perhaps
  for (std::string& line : o.log) line.clear();
  return o;
}

/// But for the tables of names, which hold other names that are used no more.
void expect_same(const world& a, const world& b, const std::string& where) {
  RC_ASSERT(a.filesystems.size() == b.filesystems.size());
  for (std::size_t f = 0; f < a.filesystems.size(); ++f) {
    if (!(a.filesystems[f] == b.filesystems[f])) RC_FAIL(where + ": filesystem " + std::to_string(f));
  }
  RC_ASSERT(a.overlays.size() == b.overlays.size());
  for (std::size_t n = 0; n < a.overlays.size(); ++n) {
    if (!(a.overlays[n] == b.overlays[n])) RC_FAIL(where + ": overlay " + std::to_string(n));
  }
  if (!(a.files == b.files && a.handles == b.handles && a.pipes == b.pipes)) RC_FAIL(where + ": open files");
  RC_ASSERT(a.next_temp == b.next_temp && a.next_dev == b.next_dev && a.next_slot == b.next_slot);
}

/// All names that a story uses, so that two runs of it number them alike.
world with_names_of(const scenario& s) {
  world w;
  for (const scenario_line& l : s.lines) {
    if (l.has_command) apply(w, l.what, linux_6_18);
  }
  world fresh;
  fresh.names = w.names;
  for (int n = 1; n < 400; ++n) {
    char text[16];
    std::snprintf(text, sizeof text, "#%x", static_cast<unsigned>(n));
    fresh.names.intern(text);
  }
  return fresh;
}

/// Such worlds have no canonical form (canonical.hpp); a mount that fails may have stored a handle of the overlay in its upper by then.
bool asks_for_layer_on_overlay(const world& w, const command& c) {
  const auto* m = std::get_if<cmd::mount>(&c);
  const auto is_overlay = [&](const path& p) {
    return std::any_of(w.overlays.begin(), w.overlays.end(), [&](const auto& o) { return w.names.text(o->name) == p.fs; });
  };
  return m != nullptr && (std::any_of(m->options.lower.begin(), m->options.lower.end(), is_overlay) ||
                          std::any_of(m->options.data.begin(), m->options.data.end(), is_overlay));
}

/// To its end, or to where an overlay is to become a layer.
void check_story(const scenario& s) {
  world plain = with_names_of(s);
  world form = plain;
  for (const scenario_line& l : s.lines) {
    if (!l.has_command) continue;
    const std::string where = "line " + std::to_string(l.number) + ": " + print(l.what);
    form.names = plain.names;
    const world before = form;
    if (asks_for_layer_on_overlay(plain, l.what)) return;
    const outcome a = apply(plain, l.what, linux_6_18);
    const outcome b = apply(form, l.what, linux_6_18);
    if (without_numbers(a) != without_numbers(b)) RC_FAIL(where + ": " + to_text(a) + " but " + to_text(b));

    std::vector<std::uint64_t> numbers = numbers_in(a);
    std::vector<std::uint64_t> numbers_of_form = numbers_in(b);
    plain.names = form.names.size() > plain.names.size() ? form.names : plain.names;
    world expected = plain;
    canonicalise(expected, numbers);
    form.names = expected.names;
    world in_full = form;
    std::vector<std::uint64_t> again = numbers_of_form;
    canonicalise(form, numbers_of_form, &before);
    canonicalise(in_full, again);
    expect_same(form, in_full, where + " (what is shared is canonical)");
    expect_same(form, expected, where);
    if (numbers != numbers_of_form) RC_FAIL(where + ": the numbers answered are not the same file's");
    plain.names = form.names;
    canonicalise(in_full);
    world twice = in_full;
    canonicalise(twice);
    expect_same(twice, in_full, where + " (twice)");
  }
}

RC_GTEST_PROP(Canonical, AStoryGoesOnAlike, ()) {
  const std::uint64_t seed = any_seed();
  for (std::uint64_t i = 0; i < 2; ++i) {
    check_story(random_story(story_seed(seed, i), random_shape(story_seed(seed, i))));
  }
}

RC_GTEST_PROP(Canonical, AStoryGoesOnAlikeWithAllFeatures, ()) {
  const std::uint64_t seed = any_seed();
  story_shape shape = random_shape(seed);
  shape.all_features = true;
  // Where an ext4 lists a temporary file depends on its number. Only a mount that finds one in its index beside an entry that it
  // refuses lets anybody see that.
  shape.writable = {fs_type::xfs, fs_type::btrfs, fs_type::tmpfs};
  check_story(random_story(seed, shape));
}

}  // namespace
}  // namespace ovlsim::testing
