// SPDX-License-Identifier: Apache-2.0
//
// Properties: what should hold of every step of every story. A property looks at one step (a command, its answer, the world before
// and after) and says whether it spoke of the property at all, and if so, whether the property was kept. One of your own is a
// function like these; explore() takes any.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/apply.hpp"

namespace ovlsim {

/// What a property needs to know of the past beyond the world. Each makes more states: it is kept only for properties that ask.
enum class remembers : std::uint8_t {
  nothing,
  numbers_in_mount,    ///< which st_ino `stat` answered for each file of a mount
  numbers_over_mounts, ///< the same until a lower layer changes, or a mount has others
  contents,            ///< what was last written to each name of an overlay
  handles,             ///< the same, and of which file each file handle is
};

/// Memory keeps a name of an overlay under what it means, whatever the spelling: `up:/u/A` for `m:/A` with the upper directory `up:/u`, which
/// stays through remounts and goes along when the upper is copied; `m:/A` without an upper, and where only one mount counts.

/// A number that was answered for a name.
struct seen_number {
  std::string name;
  std::uint64_t ino = 0;
  std::uint64_t dev = 0;
  bool operator==(const seen_number&) const = default;
};

/// What a name of an overlay should read, once it was written to or copied up, or with index=on another name of its lower file was. Others
/// read what their lowers have. A file that is open for writing has one name more, of the handle's.
struct known_content {
  std::string name;
  bool exists = true;
  std::string data;
  std::string lower;       ///< not empty: whatever the lower layers have at that path (a directory that was moved, metadata alone)
  std::uint32_t link = 0;  ///< names with the same one are one file: hard links of a lower that an index keeps, or made by the user; 0: none
  std::string below;       ///< not empty: no upper has the name, so it is one with its links while a lower layer has that file there: `low:/B`
  std::string index;       ///< of one with `below`: the workdir in which the index entry is
  bool doubtful = false;   ///< its lower file may be another by now: whether it still is one with its links nobody can tell
  bool unknown = false;    ///< nobody has said what it holds (it was made offline, say); of which names it is one file is known
  bool operator==(const known_content&) const = default;
};

/// A file handle, with what is known of its file.
struct known_handle {
  std::string handle;
  std::string name{};            ///< by which it goes now; empty when it has none any more
  std::uint64_t size = unknown;  ///< of what it should hold
  file_type type{};
  static constexpr std::uint64_t unknown = ~std::uint64_t{0};
  bool operator==(const known_handle&) const = default;
};

/// The lower layers, data-only ones last, that an overlay was mounted with last.
struct known_layers {
  std::string name;  ///< of the overlay: `up:/u`, or `m:`
  std::vector<path> lower;
  bool operator==(const known_layers&) const = default;
};

/// What is remembered of a story; each list is sorted by name, and empty unless some property asks for it.
struct memory {
  std::vector<seen_number> in_mount;
  std::vector<seen_number> over_mounts;
  std::vector<known_layers> layers;
  std::vector<known_content> contents;
  std::vector<known_handle> handles;
  bool operator==(const memory&) const = default;
};

/// A command as it happened.
struct step {
  const world& before;
  const command& what;
  const outcome& answer;
  const world& after;
  const memory& past;  ///< before the command
  const kernel& k;
};

/// What a property says of a step.
struct finding {
  enum class kind : std::uint8_t {
    silent,  ///< the step is none that it speaks of
    kept,
    broken,
  };
  kind what = kind::silent;
  std::string why{};                ///< of a broken one, in words; without any, a counterexample says which command breaks it
  std::vector<command> evidence{};  ///< what shows it when it is done next; empty when the step's own answer does

  static finding of(bool kept) { return {kept ? kind::kept : kind::broken}; }
};

struct property {
  std::string_view name;   ///< `"no-estale"`
  std::string_view words;  ///< what holds
  remembers needs = remembers::nothing;
  finding (*judge)(const step& s) = nullptr;  ///< says the same of the same step each time it is asked, in whatever thread
};

/// All that come with ovlsim.
std::span<const property> properties() noexcept;
const property* property_named(std::string_view name) noexcept;

/// What is remembered after a step, of what any of `needs` asks for. `lowers`: the filesystems that are lower layers at some time.
memory remember(const step& s, std::span<const remembers> needs, std::span<const std::string> lowers = {});

}  // namespace ovlsim
