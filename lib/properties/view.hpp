// SPDX-License-Identifier: Apache-2.0
//
// What properties ask of a world: which names an overlay has in its cache, what they answer, which file is behind them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ovlsim/apply.hpp"

namespace ovlsim::view {

/// A file of a backing filesystem.
struct file {
  std::uint32_t fs = overlay::none;
  ino_t64 ino = 0;
  auto operator<=>(const file&) const = default;
};

/// A hashed, positive dentry of a mounted overlay.
struct cached_name {
  std::uint32_t overlay = 0;  ///< index into world::overlays
  std::uint32_t dentry = 0;
  path at;
  file_type type{};
  std::string text() const { return at.fs + ":" + at.rest; }
};

/// All of them but the roots.
std::vector<cached_name> cached_names(const world& w);
std::vector<cached_name> cached_files(const world& w);  ///< the regular files among them
/// Each two of them on one overlay, files and directories apart; and the file `at` with each other file.
using two_names = std::pair<cached_name, cached_name>;
std::vector<two_names> pairs(const world& w);
std::vector<two_names> pairs_with(const world& w, const path& at);
/// The cached name of that path.
std::optional<cached_name> cached(const world& w, const path& at);

/// The mounted overlay of that name; null where there is none. One that is only another's layer any more has no name.
const overlay::mounted* overlay_named(const world& w, std::string_view name);

/// What the layers have under the name, looked up from the directory that its dentry is in: the upper's file, else that of the first
/// lower. Nothing for a whiteout. This is what the name means, whatever inode the cache has for it.
std::optional<file> file_behind(const world& w, const cached_name& n);
/// The same, in lower layers alone.
std::optional<file> lower_behind(const world& w, const cached_name& n);

/// Both names lead to one overlay inode, or to one file of the layers.
bool is_one_file(const world& w, const path& a, const path& b);

/// The world with `at` in the cache; with nothing in the caches.
world after_lookup(const world& w, const path& at, const kernel& k);
world without_caches(const world& w, const kernel& k);

/// Answers are the same; numbers of directories may differ, which are counted up in the order of lookups on some mounts.
bool same_but_for_directories(const outcome& a, const outcome& b);
/// What a command would answer now; the world stays as it is.
outcome would_answer(const world& w, const command& c, const kernel& k);
/// `stat` and `read` of a path; nothing when that fails.
std::optional<answer::stat> stat(const world& w, const path& at, const kernel& k);
std::optional<std::string> content(const world& w, const path& at, const kernel& k);

}  // namespace ovlsim::view
