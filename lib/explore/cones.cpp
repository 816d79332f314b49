// SPDX-License-Identifier: Apache-2.0
#include "explore/cones.hpp"

#include <algorithm>
#include <set>

namespace ovlsim::explore_parts {

namespace {

/// All filesystems and overlays that a command names.
std::vector<std::string> names_in(const command& c) {
  std::vector<std::string> names;
  std::visit(
      [&](const auto& what) {
        if constexpr (requires { what.fs; }) names.push_back(what.fs);
        if constexpr (requires { what.old; }) names.push_back(what.old);
        if constexpr (requires { what.overlay; }) names.push_back(what.overlay);
        if constexpr (requires { what.at; }) names.push_back(what.at.fs);
        if constexpr (requires { what.source; }) names.push_back(what.source.fs);
        if constexpr (requires { what.from; }) names.push_back(what.from.fs);
        if constexpr (requires { what.to; }) names.push_back(what.to.fs);
        if constexpr (requires { what.options; }) {
          for (const path& p : what.options.lower) names.push_back(p.fs);
          for (const path& p : what.options.data) names.push_back(p.fs);
          if (what.options.upper) names.push_back(what.options.upper->fs);
          if (what.options.work) names.push_back(what.options.work->fs);
        }
      },
      c);
  return names;
}

template <class... Verbs>
bool is(const command& c) {
  return (std::holds_alternative<Verbs>(c) || ...);
}

/// What belongs to the block of the overlays whatever else it names: it makes a range of inode numbers, speaks of all that is open, or
/// says what mounts take.
bool is_about_all(const command& c) {
  return is<cmd::mkfs, cmd::drop_caches, cmd::fstat, cmd::fread, cmd::fwrite, cmd::close, cmd::fhopen, cmd::mount, cmd::umount,
            cmd::set_module>(c);
}

/// Whatever these name shares numbers with others: handles, generations, open files.
bool ties_to_overlays(const command& c) { return is<cmd::mount, cmd::open, cmd::fh, cmd::clone, cmd::mke2fs>(c); }

/// Where a copy goes to, with all xattrs; and what it is made of.
struct copied {
  std::string from;
  std::string to;
};
std::vector<copied> copies_in(const command& c) {
  if (const auto* m = std::get_if<cmd::mksquashfs>(&c)) return {{m->source.fs, m->fs}};
  if (const auto* m = std::get_if<cmd::mkerofs>(&c)) return {{m->source.fs, m->fs}};
  if (const auto* m = std::get_if<cmd::copy>(&c)) return {{m->from.fs, m->to.fs}};
  return {};
}

}  // namespace

cones cones_of(const scope& s) {
  cones all;
  std::vector<const command*> commands;
  for (const command& c : s.setup) commands.push_back(&c);
  for (const move& m : s.moves) {
    for (const command& c : m.commands) commands.push_back(&c);
  }
  const auto add = [](std::vector<std::string>& list, const std::string& name) {
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
  };
  std::set<std::string> tied;
  for (const command* c : commands) {
    const bool mounts = is<cmd::mount, cmd::umount, cmd::fhopen>(*c);
    std::visit(
        [&](const auto& what) {
          if constexpr (requires { what.fs; }) {
            if (!mounts) add(all.filesystems, what.fs);
          }
          if constexpr (requires { what.options; }) {
            add(all.overlays, what.overlay);
            for (const path& p : what.options.lower) add(all.lowers, p.fs);
            for (const path& p : what.options.data) add(all.lowers, p.fs);
            if (what.options.upper) add(all.uppers, what.options.upper->fs);
          }
        },
        *c);
    if (!ties_to_overlays(*c)) continue;
    for (const std::string& name : names_in(*c)) {
      // mke2fs is made of a tree, which stays what it is.
      const auto* m = std::get_if<cmd::mke2fs>(c);
      if (m == nullptr || name == m->fs) tied.insert(name);
    }
  }
  // What only moves make comes in another order in other stories.
  const auto made_by_setup = [&](const std::string& name) {
    return std::any_of(s.setup.begin(), s.setup.end(), [&](const command& c) {
      const std::vector<std::string> names = names_in(c);
      return !is<cmd::mount, cmd::umount, cmd::fhopen>(c) && !names.empty() && names.front() == name;
    });
  };
  for (const std::string& name : all.filesystems) {
    if (!made_by_setup(name)) tied.insert(name);
  }
  for (bool again = true; again;) {
    again = false;
    for (const command* c : commands) {
      for (const copied& copy : copies_in(*c)) again |= tied.contains(copy.from) && tied.insert(copy.to).second;
    }
  }
  for (const std::string& name : all.filesystems) all.block_of.push_back(tied.contains(name) ? 0 : all.blocks++);
  return all;
}

std::vector<std::uint32_t> cones::of(const command& c) const {
  std::set<std::uint32_t> cone;
  if (is_about_all(c)) cone.insert(0);
  for (const std::string& name : names_in(c)) {
    const auto at = std::find(filesystems.begin(), filesystems.end(), name);
    cone.insert(at == filesystems.end() ? 0 : block_of[static_cast<std::size_t>(at - filesystems.begin())]);
  }
  return {cone.begin(), cone.end()};
}

}  // namespace ovlsim::explore_parts
