// SPDX-License-Identifier: Apache-2.0
//
// What a story leaves in memory, and how to ask for it. Names are kept under their meaning (meaning.hpp), numbers within a mount under
// the overlay.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ovlsim/property.hpp"
#include "properties/meaning.hpp"

namespace ovlsim::memory_of {

/// What a name should read.
struct expected_content {
  bool unknown = false;               ///< nobody has said what it holds: it was made offline, or is linked with what was written to
  bool gone = false;                  ///< it was removed, or renamed, and nothing came in its place
  std::optional<std::string> data{};  ///< nothing: no regular file, or nothing at all
  std::string lower{};              ///< not empty: it is what the lower layers have at that path
  std::uint32_t link = 0;
  bool doubtful = false;               ///< whether it is one file with its links nobody can tell
  std::optional<std::string> or_else{};  ///< it may read this as well as `data`

  /// What it reads, where that is known.
  std::optional<std::string> certain() const { return unknown || (or_else && or_else != data) ? std::nullopt : data; }
};
expected_content expected(const memory& m, const world& w, const view::place& at, const std::string& key);

/// What is known of a file handle; null for nothing.
const known_handle* taken(const memory& m, std::string_view handle);

/// The name whose number a step has answered, where it is one's; it need not be an overlay's.
std::optional<path> asked_number(const step& s);

/// The key of a path, as the step leaves it, in an overlay that is mounted before it.
struct naming {
  const step& s;
  view::place at;

  std::string operator()(const path& p, bool follow_last = false) const { return at.key(view::meaning(s.after, p, follow_last)); }
};

/// What a step has done to names: the number, the content, the handles of a file go with it.
enum class name_change : std::uint8_t { none, moved, exchanged, gone };
struct changed_name {
  name_change what = name_change::none;
  std::string from;  ///< of one that is gone: its name
  std::string to;
};
/// For all lists alike. `key`: gives a path its key.
changed_name change_of_names(const step& s, const naming& key);

/// What was last written, after a step that has gone well on an overlay.
void remember_content(memory& m, const step& s, const naming& key);
/// The same for what is read, written or closed by a handle.
void remember_open_file(memory& m, const step& s);
/// Of the files at and below a key nobody knows any more what they hold, under their other names, too.
void forget_content(memory& m, const std::string& key);
/// What was in a lower layer, or in a workdir, at or below a path may be another file by now.
void doubt(memory& m, const std::string& path);
/// Links between names of which one is left are none; the others are numbered anew.
void put_links_in_order(memory& m);

// ------------------------------------------------------------------------------------------- lists, sorted by name

template <class Entry>
Entry* find(std::vector<Entry>& list, std::string_view name) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const Entry& e) { return e.name == name; });
  return at == list.end() ? nullptr : &*at;
}
template <class Entry>
const Entry* find(const std::vector<Entry>& list, std::string_view name) {
  return find(const_cast<std::vector<Entry>&>(list), name);
}

template <class Entry>
void put(std::vector<Entry>& list, Entry e) {
  const auto at = std::lower_bound(list.begin(), list.end(), e.name, [](const Entry& a, const std::string& name) { return a.name < name; });
  if (at != list.end() && at->name == e.name) {
    *at = std::move(e);
  } else {
    list.insert(at, std::move(e));
  }
}

template <class Entry>
void erase_below(std::vector<Entry>& list, std::string_view name) {
  std::erase_if(list, [&](const Entry& e) { return view::is_at_or_below(e.name, name); });
}

/// What had the names at and below `from` has those at `to`; what was there is gone, or goes the other way.
template <class Entry>
void rename(std::vector<Entry>& list, const std::string& from, const std::string& to, bool exchanged) {
  if (!exchanged) erase_below(list, to);
  for (Entry& e : list) {
    if (view::is_at_or_below(e.name, from)) {
      e.name.replace(0, from.size(), to);
    } else if (exchanged && view::is_at_or_below(e.name, to)) {
      e.name.replace(0, to.size(), from);
    }
  }
  std::sort(list.begin(), list.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
}

template <class Entry>
void follow(std::vector<Entry>& list, const changed_name& c) {
  if (c.what == name_change::gone) erase_below(list, c.from);
  if (c.what == name_change::moved) rename(list, c.from, c.to, false);
  if (c.what == name_change::exchanged) rename(list, c.from, c.to, true);
}

}  // namespace ovlsim::memory_of
