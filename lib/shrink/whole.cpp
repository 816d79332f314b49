// SPDX-License-Identifier: Apache-2.0
//
// What can only become simpler everywhere at once: names and directories that many lines share.
#include <algorithm>
#include <set>
#include <utility>

#include "shrink/parts.hpp"
#include "shrink/simpler.hpp"

namespace ovlsim::shrinking {
namespace {

/// Takes `name` out of a command; false when nothing would be left of it.
bool forget(command& c, const std::string& name) {
  if (auto* mount = std::get_if<cmd::mount>(&c); mount != nullptr && mount->overlay != name) {
    mount_options& o = mount->options;
    const bool had_lower = !o.lower.empty();
    std::erase_if(o.lower, [&](const path& p) { return p.fs == name; });
    std::erase_if(o.data, [&](const path& p) { return p.fs == name; });
    if ((o.upper && o.upper->fs == name) || (o.work && o.work->fs == name)) {
      o.upper.reset();
      o.work.reset();
    }
    return had_lower ? !o.lower.empty() : o != mount_options();
  }
  const parts all = parts_of(c);
  return std::none_of(all.paths.begin(), all.paths.end(), [&](const path* p) { return p->fs == name; }) &&
         std::none_of(all.names.begin(), all.names.end(), [&](const std::string* n) { return *n == name; });
}

std::set<std::string> all_names(scenario s) {
  std::set<std::string> names;
  for (scenario_line& line : s.lines) {
    if (!line.has_command) continue;
    const parts all = parts_of(line.what);
    for (const std::string* n : all.names) names.insert(*n);
    for (const path* p : all.paths) names.insert(p->fs);
  }
  return names;
}

/// The first component of paths that go on after it, by filesystem; and components that are long.
struct directories {
  std::set<std::pair<std::string, std::string>> first;
  std::set<std::string> long_names;

  void add(const path& p) {
    std::size_t at = 1;
    while (at < p.rest.size()) {
      const std::size_t end = std::min(p.rest.find('/', at), p.rest.size());
      if (at == 1) first.emplace(p.fs, p.rest.substr(0, end));
      if (end - at > 12) long_names.insert(p.rest.substr(at, end - at));
      at = end + 1;
    }
  }
};

template <class Change>
scenario with_paths(const scenario& s, Change change) {
  scenario other = s;
  for (scenario_line& line : other.lines) {
    if (!line.has_command) continue;
    for (path* p : parts_of(line.what).paths) change(*p);
  }
  return other;
}

}  // namespace

std::vector<scenario> without_a_name(const scenario& s) {
  std::vector<scenario> found;
  for (const std::string& name : all_names(s)) {
    scenario other = s;
    std::erase_if(other.lines, [&](scenario_line& line) { return line.has_command && !forget(line.what, name); });
    found.push_back(std::move(other));
  }
  return found;
}

std::vector<scenario> with_shorter_paths(const scenario& s) {
  directories all;
  scenario copy = s;
  for (scenario_line& line : copy.lines) {
    if (!line.has_command) continue;
    for (const path* p : parts_of(line.what).paths) all.add(*p);
  }
  std::vector<scenario> found;
  for (const auto& [fs, dir] : all.first) {
    found.push_back(with_paths(s, [&fs = fs, &dir = dir](path& p) {
      const bool through = p.fs == fs && p.rest.compare(0, dir.size(), dir) == 0;
      if (!through || (p.rest.size() > dir.size() && p.rest[dir.size()] != '/')) return;
      p.rest.erase(0, dir.size());
      if (p.rest.empty()) p.rest = "/";
    }));
  }
  for (const std::string& name : all.long_names) {
    found.push_back(with_paths(s, [&](path& p) {
      for (std::size_t at = p.rest.find(name); at != std::string::npos; at = p.rest.find(name, at + 1)) {
        p.rest.replace(at, name.size(), name.substr(0, 1));
      }
    }));
  }
  return found;
}

}  // namespace ovlsim::shrinking
