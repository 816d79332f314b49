// SPDX-License-Identifier: Apache-2.0
//
// A world as a picture: the layers side by side with their names as a tree and their inodes, the overlay's caches with what each inode
// is hashed by, and stored file handles as arrows to what they mean now. A scene is what there is to see, without a place or a colour;
// to_svg() lays it out, to_dot() leaves that to Graphviz.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/kernel.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim {

/// One line of a panel. Its key is unique within its scene and stays the same in all scenes of a story, as long as it is about the same
/// name or the same slot of a cache.
struct scene_row {
  enum class kind : std::uint8_t {
    heading,  ///< begins a part of a panel: `inode cache`
    name,     ///< a name with its inode
    inode,    ///< an inode without a name, or one of the inode cache
    detail,   ///< of the name or inode above: content, xattrs, the parts of a cached inode
    good,     ///< a detail: a stored handle that means the file that it was made of
    neutral,  ///< a detail: a handle that is not followed
    bad,      ///< a detail: a handle that means another file, or none
  };
  std::string key;
  kind what = kind::name;
  std::uint32_t depth = 0;  ///< in the tree
  std::string text;
  std::string note;   ///< at the right end of the line: `#1 gen 0`
  std::string words;  ///< all of it in words, where `text` and `note` do not say it
  bool is_muted = false;  ///< a whiteout, a negative dentry
  bool changed = false;   ///< otherwise before the command, or not there
};

/// A layer, a filesystem (what of it is no layer), or a mounted overlay.
struct scene_panel {
  enum class kind : std::uint8_t { overlay, upper, work, lower, data, other };
  std::string key;
  kind what = kind::other;
  std::uint32_t column = 0;  ///< from the left; panels of one column lie below each other
  std::string title;         ///< `up:/u`
  std::string subtitle;      ///< `upper of m`
  std::string about;         ///< `tmpfs, UUID 0d9a..., dev 3`
  std::vector<scene_row> rows;
  bool is_absent = false;    ///< nothing is there before this, or after
  bool changed = false;      ///< of title to about, as scene_row::changed
};

struct scene_arrow {
  enum class kind : std::uint8_t {
    origin,    ///< from a stored handle to the inode that it means
    wrong,     ///< ... which is not the file that it was made of
    ignored,   ///< ... which the overlay does not follow
    dangling,  ///< from a stored handle that means nothing; `to` is empty
    hashed,    ///< from an inode of the cache to the real inode that it is hashed by
    refused,   ///< from a name to the real inode by which it got the inode of another file, or none (ESTALE)
  };
  std::string from;  ///< key of a row, and with that the arrow's
  std::string to;    ///< key of a row
  kind what = kind::origin;
  std::string words;
  bool changed = false;
};

struct scene {
  std::string title;  ///< the command after which the world looks so (of a long one its beginning), and its errno
  std::vector<scene_panel> panels;
  std::vector<scene_arrow> arrows;
};

std::string_view name(scene_row::kind kind) noexcept;
std::string_view name(scene_panel::kind kind) noexcept;
std::string_view name(scene_arrow::kind kind) noexcept;

/// The world after each command of `s` under `k`. All scenes have the same panels in the same order, but for what of a filesystem is no
/// layer (where there is something), and overlays that were unmounted while another has a layer on them. Deterministic.
std::vector<scene> draw(const scenario& s, const kernel& k);

/// One SVG document, light and dark as the reader prefers it, with integer coordinates; no fonts or programs from elsewhere.
std::string to_svg(const scene& picture);

/// The same for Graphviz: a node for each panel, a port for each row.
std::string to_dot(const scene& picture);

}  // namespace ovlsim
