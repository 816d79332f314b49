// SPDX-License-Identifier: Apache-2.0
//
// The panels of one scene, filled from the world after a step.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "draw/meaning.hpp"
#include "draw/plan.hpp"
#include "explain/history.hpp"
#include "ovlsim/draw.hpp"

namespace ovlsim::drawing {

/// All that a picture is made from.
struct story_view {
  const explaining::recording& run;
  const explaining::history& past;
  const kernel& k;
  const std::vector<planned_panel>& panels;
  const std::vector<lower_candidates>& candidates;
  std::size_t step;

  const world& now() const { return run.after(step); }
};

/// The rows by what they show, and the arrows while their ends are not rows yet.
struct loose_arrow {
  std::string from;
  explaining::real_place to;
  scene_arrow::kind what;
  std::string words;
};
struct shown_inode {
  std::string row;
  std::string path;
};
struct collected {
  /// By filesystem and number as overlay::layer::fs and overlay::lower_path::ino have them: the first row that shows the inode.
  std::map<std::pair<std::uint32_t, ino_t64>, shown_inode> rows;
  std::vector<loose_arrow> arrows;
};

/// A layer, or what of a filesystem is none; nothing where that is nothing but its layers.
std::optional<scene_panel> layer_panel(const story_view& v, const planned_panel& p, collected& out);

/// A mounted overlay with its caches; `o` is null where none has that name now.
scene_panel overlay_panel(const story_view& v, const std::string& key, const std::string& name, const overlay::mounted* o, collected& out);

/// A new last row, of which its panel says more where there is more.
scene_row& add_row(scene_panel& panel, scene_row::kind what, std::uint32_t depth, std::string key, std::string text, std::string note);

/// `#1 gen 0`.
std::string number_in_words(const backing::inode& i);

/// The first eight digits of a UUID, `none` or `null` for a null one.
std::string short_uuid(const uuid& id, std::string_view null);

}  // namespace ovlsim::drawing
