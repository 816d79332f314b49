// SPDX-License-Identifier: Apache-2.0
//
// What stories touched, counted by kind.
#include <algorithm>
#include <utility>

#include "ovlsim/random.hpp"

namespace ovlsim {
namespace {

/// The kinds of one command beside its verb.
struct kinds_of {
  std::vector<std::string>& kinds;

  void operator()(const cmd::mkfs& c) const {
    add("fs", name(c.type));
    if (c.id) add("option", "mkfs uuid=");
  }
  void operator()(const cmd::mksquashfs& c) const {
    add("fs", c.exports ? "squashfs" : "squashfs -no-exports");
  }
  void operator()(const cmd::mkerofs& c) const { add("fs", c.id ? "erofs uuid=" : "erofs"); }
  void operator()(const cmd::mke2fs& c) const { add("fs", c.id ? "mke2fs uuid=" : "mke2fs"); }
  void operator()(const cmd::mount& c) const {
    const mount_options& o = c.options;
    add("layers", std::to_string(o.lower.size()));
    if (o.lower.empty() && !o.data.empty()) add("layers", "data-only alone");
    if (!o.data.empty()) add("data layers", std::to_string(o.data.size()));
    add("upper", o.upper ? "yes" : "no");
    add("option", o.xino ? "xino=" + std::string(name(*o.xino)) : "no xino=");
    if (o.ro) add("option", "ro");
    if (o.index || o.nfs_export || o.metacopy) add("option", "index=off and its like");
  }
  template <class Other>
  void operator()(const Other&) const {}

 private:
  void add(std::string_view group, std::string_view what) const {
    kinds.push_back(std::string(group) + " " + std::string(what));
  }
};

}  // namespace

void story_statistics::add(const scenario& s) {
  std::vector<std::string> kinds;
  for (const scenario_line& line : s.lines) {
    if (!line.has_command) continue;
    kinds.push_back("verb " + std::string(verb(line.what)));
    std::visit(kinds_of{kinds}, line.what);
  }
  for (std::string& what : kinds) count(std::move(what));
}

void story_statistics::count(std::string what) {
  const auto at = std::lower_bound(counts_.begin(), counts_.end(), what,
                                   [](const story_count& one, const std::string& w) { return one.what < w; });
  if (at != counts_.end() && at->what == what) {
    ++at->times;
  } else {
    counts_.insert(at, {std::move(what), 1});
  }
}

std::uint64_t story_statistics::of(std::string_view what) const noexcept {
  for (const story_count& one : counts_) {
    if (one.what == what) return one.times;
  }
  return 0;
}

}  // namespace ovlsim
