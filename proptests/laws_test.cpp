// SPDX-License-Identifier: Apache-2.0
//
// Laws: what holds for every life story, whatever it is about. RapidCheck draws the seeds; each of its cases takes two
// stories.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "ovlsim/apply.hpp"
#include "ovlsim/random.hpp"
#include "ovlsim/run.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

constexpr std::uint64_t stories_per_case = 2;

std::uint64_t any_seed() {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()));
}

scenario story_of(std::uint64_t seed) {
  return random_story(seed, random_shape(seed));
}

template <class Check>
void for_stories(Check check) {
  const std::uint64_t seed = any_seed();
  for (std::uint64_t i = 0; i < stories_per_case; ++i) check(story_of(story_seed(seed, i)));
}

/// Plays the story; `check` sees the world before and after each command, the command and its outcome.
template <class Check>
world play(const scenario& s, Check check) {
  world w;
  for (const scenario_line& line : s.lines) {
    if (!line.has_command) continue;
    const world before = w;
    const outcome o = apply(w, line.what, linux_6_18);
    check(before, line.what, o, std::as_const(w));
  }
  return w;
}

bool is_overlay(const world& w, const std::string& name) {
  const std::optional<name_id> id = w.names.find(name);
  return id && std::any_of(w.overlays.begin(), w.overlays.end(), [&](const auto& o) { return o->name == *id; });
}

bool is_backing(const world& w, const std::string& name) {
  const std::optional<name_id> id = w.names.find(name);
  return id && std::any_of(w.filesystems.begin(), w.filesystems.end(), [&](const auto& f) { return f->name == *id; });
}

/// The paths that a command names: one, two, or none.
std::vector<path> paths_of(const command& c) {
  return std::visit(
      [](const auto& one) {
        std::vector<path> all;
        if constexpr (requires { one.at.rest; }) all.push_back(one.at);
        if constexpr (requires { one.from.rest; }) {
          all.push_back(one.from);
          all.push_back(one.to);
        }
        return all;
      },
      c);
}

template <class Belongs>
bool all_paths(const command& c, Belongs belongs) {
  const std::vector<path> paths = paths_of(c);
  return !paths.empty() && std::all_of(paths.begin(), paths.end(), belongs);
}

/// Serves as a lower of some overlay, and neither as an upper nor for a workdir.
bool only_lower(const world& w, std::uint32_t fs) {
  bool lower = false;
  for (const auto& mounted : w.overlays) {
    const overlay::mounted& o = *mounted;
    if (o.layers[0].fs == fs || o.work_fs == fs) return false;
    lower = lower || std::any_of(o.layers.begin() + 1, o.layers.end(), [&](const auto& l) { return l.fs == fs; });
  }
  return lower;
}

RC_GTEST_PROP(Laws, TwoRunsAreTheSame, ()) {
  for_stories([](const scenario& s) {
    const auto nothing = [](const auto&...) {};
    RC_ASSERT(run_on_model(s, linux_6_18) == run_on_model(s, linux_6_18));
    RC_ASSERT(play(s, nothing) == play(s, nothing));
  });
}

RC_GTEST_PROP(Laws, ACopyOfAWorldLivesOnAsTheWorldWould, ()) {
  for_stories([](const scenario& s) {
    play(s, [&](const world& before, const command& c, const outcome& o, const world& after) {
      world copy = before;
      RC_ASSERT(apply(copy, c, linux_6_18) == o);
      RC_ASSERT(copy == after);
    });
  });
}

// copy_on_write.hpp: `play` holds a copy before each command, `alone` shares nothing with anybody.
RC_GTEST_PROP(Laws, CopiesHeldElsewhereNeitherChangeNorAreChanged, ()) {
  for_stories([](const scenario& s) {
    world alone;
    play(s, [&](const world& before, const command& c, const outcome& o, const world& after) {
      RC_ASSERT(before == alone);
      RC_ASSERT(apply(alone, c, linux_6_18) == o);
      RC_ASSERT(after == alone);
    });
  });
}

RC_GTEST_PROP(Laws, AFailedCommandOnABackingFilesystemChangesNone, ()) {
  for_stories([](const scenario& s) {
    play(s, [&](const world& before, const command& c, const outcome& o, const world& after) {
      if (o.status == errc::ok) return;
      if (!all_paths(c, [&](const path& p) { return is_backing(before, p.fs); })) return;
      RC_LOG() << print(c) << " => " << to_text(o) << "\n" << print(s);
      RC_ASSERT(before.filesystems == after.filesystems);
    });
  });
}

RC_GTEST_PROP(Laws, NoCommandOnAnOverlayChangesAFilesystemThatIsOnlyLower, ()) {
  for_stories([](const scenario& s) {
    play(s, [&](const world& before, const command& c, const outcome& o, const world& after) {
      if (!all_paths(c, [&](const path& p) { return is_overlay(before, p.fs); })) return;
      for (std::uint32_t fs = 0; fs < before.filesystems.size(); ++fs) {
        if (!only_lower(before, fs)) continue;
        RC_LOG() << print(c) << " => " << to_text(o) << "\n" << print(s);
        RC_ASSERT(before.filesystems[fs] == after.filesystems[fs]);
      }
    });
  });
}

RC_GTEST_PROP(Laws, PrintingAndParsingIsTheIdentity, ()) {
  for_stories([](const scenario& s) {
    const std::string text = print(s);
    const parsed_scenario parsed = parse_scenario(text, "story");
    RC_ASSERT(parsed.errors.empty());
    RC_ASSERT(print(parsed.value) == text);
    RC_ASSERT(parsed.value.lines.size() == s.lines.size());
    for (std::size_t i = 0; i < s.lines.size(); ++i) RC_ASSERT(parsed.value.lines[i].what == s.lines[i].what);
  });
}

RC_GTEST_PROP(Laws, EveryCommandCanBeAppliedToEveryWorld, ()) {
  const scenario of_commands = story_of(any_seed());
  for_stories([&](const scenario& s) {
    world w = play(s, [](const auto&...) {});
    for (const scenario_line& line : of_commands.lines) {
      if (!line.has_command) continue;
      const outcome o = apply(w, line.what, linux_6_18);
      RC_ASSERT(o.status == errc::ok || std::holds_alternative<std::monostate>(o.fields));
    }
  });
}

/// `stat` of a regular file with one name; empty for anything else.
std::optional<answer::stat> stat_of_single_file(world& w, const path& at) {
  const outcome o = apply(w, cmd::stat{at}, linux_6_18);
  const auto* s = std::get_if<answer::stat>(&o.fields);
  if (s == nullptr || s->type != file_type::file || s->nlink != 1) return {};
  return *s;
}

RC_GTEST_PROP(Laws, CopyUpKeepsNumberAndDeviceWithinAMount, ()) {  // ovl_getattr(): the overlay inode keeps its lower
  for_stories([](const scenario& s) {
    play(s, [&](const world&, const command& c, const outcome&, const world& after) {
      for (const path& p : paths_of(c)) {
        if (!is_overlay(after, p.fs)) continue;
        world w = after;
        const std::optional<answer::stat> was = stat_of_single_file(w, p);
        if (!was || apply(w, cmd::touch{p}, linux_6_18).status != errc::ok) continue;
        const outcome now = apply(w, cmd::stat{p}, linux_6_18);
        RC_LOG() << "after " << print(c) << ": stat, touch, stat of " << p.fs << ":" << p.rest << "\n" << print(s);
        const auto* is = std::get_if<answer::stat>(&now.fields);
        RC_ASSERT(is != nullptr);
        RC_ASSERT(is->ino == was->ino);
        RC_ASSERT(is->dev == was->dev);
      }
    });
  });
}

/// A tree of files on a writable lower, some of them then changed through the overlay; between two listings of all
/// numbers the
/// caches are dropped, or the overlay is mounted anew.
RC_GTEST_PROP(Laws, NumberLastsWhileTheLowersFilesAreNotChangedAndDecode, ()) {  // ovl_check_origin()
  const auto type = rc::gen::element<std::string>("ext4", "xfs", "btrfs", "tmpfs");
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w" +
                            *rc::gen::element<std::string>("", " xino=off", " xino=auto", " xino=on") + "\n";
  const std::string forget = *rc::gen::arbitrary<bool>() ? "drop-caches\n" : "umount m\n" + mount;
  std::string text = "mkfs low " + *type + "\nmkfs up " + *type + "\nmkdir up:/u\nmkdir up:/w\nmkdir low:/d\n";
  std::string changes;
  std::string stats;
  const int files = *rc::gen::inRange(1, 6);
  for (int i = 0; i < files; ++i) {
    const std::string name = (*rc::gen::arbitrary<bool>() ? "/f" : "/d/f") + std::to_string(i);
    text += "create low:" + name + " \"" + std::to_string(i) + "\"\n";
    const std::string number = " -> ok ino=$i" + std::to_string(i) + "\n";
    text += "stat low:" + name + "\n";
    const int change = *rc::gen::inRange(0, 5);
    constexpr std::array verbs{"read", "touch", "truncate", "chmod", "rename"};
    constexpr std::array arguments{"", "", " 9", " 0600", " m:/moved"};
    const bool moved = change == 4;
    changes += "stat m:" + name + number + verbs.at(static_cast<std::size_t>(change)) + " m:" + name +
               arguments.at(static_cast<std::size_t>(change)) + (moved ? std::to_string(i) : "") + " -> ok\n";
    stats += "stat m:" + (moved ? "/moved" + std::to_string(i) : name) + number;
  }
  text += mount + changes + stats + forget + stats;
  const parsed_scenario parsed = parse_scenario(text, "story");
  RC_LOG() << text;
  RC_ASSERT(parsed.errors.empty());
  for (const failed_expectation& f : check_expectations(parsed.value, run_on_model(parsed.value, linux_6_18))) {
    RC_LOG() << "line " << f.line << ": expected " << f.expected << ", got " << f.got << "\n";
    RC_FAIL("a number did not last");
  }
}

}  // namespace
}  // namespace ovlsim::testing
