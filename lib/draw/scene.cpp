// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "draw/panels.hpp"
#include "draw/story_scenes.hpp"
#include "explain/columns.hpp"

namespace ovlsim {

namespace drawing {

namespace {

std::uint32_t index_of(const world& w, const std::string& name) {
  for (std::uint32_t n = 0; n < w.filesystems.size(); ++n) {
    if (w.names.text(w.filesystems[n]->name) == name) return n;
  }
  return overlay::none;
}

/// The directory that a path of the story leads to now; 0 for none.
ino_t64 directory_at(const world& w, std::uint32_t fs, std::string_view rest) {
  ino_t64 at = w.filesystems[fs]->root;
  for (std::size_t begin = 0; at != 0 && begin < rest.size();) {
    const std::size_t end = std::min(rest.find('/', begin), rest.size());
    const std::string_view name = rest.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty() || name == ".") continue;
    const std::optional<name_id> id = w.names.find(name);
    const backing::dirent* const e = id ? w.filesystems[fs]->entries.find(backing::dirent_key{at, *id}) : nullptr;
    at = e != nullptr ? e->ino : 0;
  }
  return at;
}

/// What each upper of the story is mounted with, by the filesystems that have these names now.
std::vector<lower_candidates> candidates_of(const world& w, const scenario& s) {
  std::vector<lower_candidates> all;
  for (const scenario_line& l : s.lines) {
    const auto* m = l.has_command ? std::get_if<cmd::mount>(&l.what) : nullptr;
    const std::uint32_t upper = m != nullptr && m->options.upper ? index_of(w, m->options.upper->fs) : overlay::none;
    if (upper == overlay::none) continue;
    const ino_t64 root = directory_at(w, upper, m->options.upper->rest);
    const ino_t64 work = m->options.work && m->options.work->fs == m->options.upper->fs ? directory_at(w, upper, m->options.work->rest) : 0;
    auto of = std::find_if(all.begin(), all.end(), [&](const lower_candidates& c) { return c.upper_fs == upper && c.upper == root; });
    if (of == all.end()) of = all.insert(all.end(), lower_candidates{upper, root, work, {}});
    for (const path& p : m->options.lower) {
      const std::uint32_t fs = index_of(w, p.fs);
      if (fs != overlay::none && std::find(of->lowers.begin(), of->lowers.end(), fs) == of->lowers.end()) of->lowers.push_back(fs);
    }
  }
  return all;
}

/// The row to which an arrow leads; empty where no panel shows the inode (a lower layer below which the story looks no further).
std::string row_of(const collected& c, const explaining::real_place& at) {
  const auto it = c.rows.find({at.fs, at.ino});
  return it == c.rows.end() ? std::string() : it->second.row;
}

scene scene_at(const story_view& v) {
  const world& w = v.now();
  scene picture;
  const explaining::recorded_step& done = v.run.steps[v.step];
  constexpr std::size_t longest = 300;
  picture.title = explaining::cut(print(done.what), longest) + (done.result.status == errc::ok ? "" : " -> " + std::string(name(done.result.status)));
  collected found;
  for (const planned_panel& p : v.panels) {
    if (p.what != scene_panel::kind::overlay) {
      if (auto panel = layer_panel(v, p, found)) picture.panels.push_back(std::move(*panel));
    } else {
      picture.panels.push_back(overlay_panel(v, "overlay " + p.fs, p.fs, explaining::overlay_named(w, p.fs), found));
    }
  }
  for (const auto& o : w.overlays) {
    if (o->detached) picture.panels.push_back(overlay_panel(v, "unmounted overlay " + std::to_string(o->id), "an unmounted overlay", &*o, found));
  }
  for (loose_arrow& a : found.arrows) {
    const bool dangles = a.what == scene_arrow::kind::dangling;
    std::string to = dangles ? std::string() : row_of(found, a.to);
    if (dangles || !to.empty()) picture.arrows.push_back({std::move(a.from), std::move(to), a.what, std::move(a.words), false});
  }
  // What matters most comes last, which is on top.
  const auto rank = [](const scene_arrow& a) {
    constexpr std::array order = {scene_arrow::kind::hashed, scene_arrow::kind::ignored, scene_arrow::kind::origin, scene_arrow::kind::refused,
                                  scene_arrow::kind::wrong,  scene_arrow::kind::dangling};
    return std::find(order.begin(), order.end(), a.what) - order.begin();
  };
  std::stable_sort(picture.arrows.begin(), picture.arrows.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return picture;
}

auto content_of(const scene_row& r) { return std::tie(r.what, r.text, r.note, r.words, r.is_muted); }
auto content_of(const scene_panel& p) { return std::tie(p.subtitle, p.about, p.is_absent); }
auto content_of(const scene_arrow& a) { return std::tie(a.to, a.what); }

/// Marks what is otherwise than in `before`.
void mark(const scene* before, scene& now) {
  std::map<std::string, const scene_panel*> panels;
  std::map<std::string, const scene_row*> rows;
  std::map<std::string, const scene_arrow*> arrows;
  if (before != nullptr) {
    for (const scene_panel& p : before->panels) {
      panels[p.key] = &p;
      for (const scene_row& r : p.rows) rows[r.key] = &r;
    }
    for (const scene_arrow& a : before->arrows) arrows[a.from] = &a;
  }
  const auto is_other = [](const auto& among, const std::string& key, const auto& is) {
    const auto was = among.find(key);
    return was == among.end() || content_of(*was->second) != content_of(is);
  };
  for (scene_panel& p : now.panels) {
    p.changed = before == nullptr ? !p.is_absent : is_other(panels, p.key, p);
    for (scene_row& r : p.rows) r.changed = r.what != scene_row::kind::heading && is_other(rows, r.key, r);
  }
  for (scene_arrow& a : now.arrows) a.changed = is_other(arrows, a.from, a);
}

}  // namespace

std::vector<scene> scenes_of(const scenario& s, const kernel& k, const explaining::recording& run, const explaining::history& past) {
  const std::vector<planned_panel> panels = plan(s);
  std::vector<scene> all;
  for (std::size_t n = 0; n < run.steps.size(); ++n) {
    const std::vector<lower_candidates> candidates = candidates_of(run.after(n), s);
    all.push_back(scene_at({run, past, k, panels, candidates, n}));
    mark(n == 0 ? nullptr : &all[n - 1], all[n]);
  }
  return all;
}

}  // namespace drawing

std::vector<scene> draw(const scenario& s, const kernel& k) {
  const explaining::recording run = explaining::record(s, k);
  return drawing::scenes_of(s, k, run, explaining::history(run));
}

std::string_view name(scene_row::kind kind) noexcept {
  switch (kind) {
    case scene_row::kind::heading: return "heading";
    case scene_row::kind::name: return "name";
    case scene_row::kind::inode: return "inode";
    case scene_row::kind::detail: return "detail";
    case scene_row::kind::good: return "good";
    case scene_row::kind::neutral: return "neutral";
    case scene_row::kind::bad: break;
  }
  return "bad";
}

std::string_view name(scene_panel::kind kind) noexcept {
  switch (kind) {
    case scene_panel::kind::overlay: return "overlay";
    case scene_panel::kind::upper: return "upper";
    case scene_panel::kind::work: return "work";
    case scene_panel::kind::lower: return "lower";
    case scene_panel::kind::data: return "data";
    case scene_panel::kind::other: break;
  }
  return "other";
}

std::string_view name(scene_arrow::kind kind) noexcept {
  switch (kind) {
    case scene_arrow::kind::origin: return "origin";
    case scene_arrow::kind::wrong: return "wrong";
    case scene_arrow::kind::ignored: return "ignored";
    case scene_arrow::kind::dangling: return "dangling";
    case scene_arrow::kind::refused: return "refused";
    case scene_arrow::kind::hashed: break;
  }
  return "hashed";
}

}  // namespace ovlsim
