// SPDX-License-Identifier: Apache-2.0
//
// From left to right: overlays, uppers with their workdirs below them, a column for each lower layer, and below the last of these the
// filesystems that no mount has as a layer (what images are made from).
#include "draw/plan.hpp"

#include <algorithm>

namespace ovlsim::drawing {

namespace {

using kind = scene_panel::kind;

class planner {
 public:
  explicit planner(const scenario& s) : s_(s) {
    for (const scenario_line& l : s.lines) {
      if (const auto* m = l.has_command ? std::get_if<cmd::mount>(&l.what) : nullptr) overlays_.push_back(m->overlay);
    }
  }

  std::vector<planned_panel> all() {
    for (const std::string& name : overlays_) add(kind::overlay, name, "/");
    for (const scenario_line& l : s_.lines) {
      const auto* m = l.has_command ? std::get_if<cmd::mount>(&l.what) : nullptr;
      if (m == nullptr) continue;
      add_layer(kind::upper, m->options.upper);
      add_layer(kind::work, m->options.work);
      for (const path& p : m->options.lower) add_layer(kind::lower, p);
      for (const path& p : m->options.data) add_layer(kind::data, p);
    }
    for (const scenario_line& l : s_.lines) {
      if (l.has_command) std::visit([this](const auto& c) { add_made(c); }, l.what);
    }
    place();
    return std::move(panels_);
  }

 private:
  bool is_overlay(const std::string& name) const { return std::find(overlays_.begin(), overlays_.end(), name) != overlays_.end(); }

  void add(kind what, const std::string& fs, const std::string& rest) {
    const auto same = [&](const planned_panel& p) {
      return p.fs == fs && p.rest == rest && (p.what == kind::overlay) == (what == kind::overlay);
    };
    if (std::none_of(panels_.begin(), panels_.end(), same)) panels_.push_back({what, fs, rest, 0});
  }

  void add_layer(kind what, const std::optional<path>& p) {
    if (p && !is_overlay(p->fs)) add(what, p->fs, tidy(p->rest));
  }

  /// Every verb that makes a filesystem has the member `fs` for its name, and so has `fhopen`, which makes none.
  template <class Command>
  void add_made(const Command& c) {
    constexpr bool makes = std::is_same_v<Command, cmd::mkfs> || std::is_same_v<Command, cmd::mksquashfs> || std::is_same_v<Command, cmd::mkerofs> ||
                           std::is_same_v<Command, cmd::mke2fs> || std::is_same_v<Command, cmd::clone>;
    if constexpr (makes) add(kind::other, c.fs, "/");
  }

  void place() {
    const auto has = [this](auto is) { return std::any_of(panels_.begin(), panels_.end(), is); };
    std::uint32_t next = has([](const auto& p) { return p.what == kind::overlay; }) ? 1 : 0;
    if (has([](const auto& p) { return p.what == kind::upper || p.what == kind::work; })) {
      for (planned_panel& p : panels_) p.column = p.what == kind::upper || p.what == kind::work ? next : p.column;
      ++next;
    }
    for (planned_panel& p : panels_) {
      if (p.what == kind::lower || p.what == kind::data) p.column = next++;
    }
    const std::uint32_t last = next == 0 ? 0 : next - 1;
    for (planned_panel& p : panels_) p.column = p.what == kind::other ? last : p.column;
  }

  const scenario& s_;
  std::vector<std::string> overlays_;
  std::vector<planned_panel> panels_;
};

}  // namespace

std::vector<planned_panel> plan(const scenario& s) { return planner(s).all(); }

std::string tidy(const std::string& rest) {
  std::string path;
  for (std::size_t at = 0; at < rest.size();) {
    const std::size_t end = std::min(rest.find('/', at), rest.size());
    const std::string name = rest.substr(at, end - at);
    if (!name.empty() && name != ".") path += "/" + name;
    at = end + 1;
  }
  return path.empty() ? "/" : path;
}

}  // namespace ovlsim::drawing
