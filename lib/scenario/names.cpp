// SPDX-License-Identifier: Apache-2.0
//
// The names of a scenario: which line makes them, and which use is in vain.
#include "scenario/names.hpp"

#include <algorithm>
#include <array>

namespace ovlsim::scenario_text {
namespace {

constexpr bool begins_name(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr std::array<bool, 256> in_name = [] {
  std::array<bool, 256> is{};
  for (unsigned n = 0; n < is.size(); ++n) {
    const char c = static_cast<char>(n);
    is[n] = begins_name(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
  }
  return is;
}();

constexpr std::string_view makers = "`mkfs`, `mksquashfs`, `mkerofs`, `mke2fs` or `clone`";

}  // namespace

bool is_name(std::string_view word) noexcept {
  return !word.empty() && begins_name(word.front()) &&
         std::all_of(word.begin(), word.end(), [](char c) { return in_name[static_cast<unsigned char>(c)]; });
}

const defined_names::known* defined_names::find(std::string_view name) const noexcept {
  for (const known& k : known_) {
    if (k.name == name) return &k;
  }
  return nullptr;
}

void defined_names::define(const std::string& name, bool overlay, const source_line& where, int column,
                        error_list& errors) {
  const known* before = find(name);
  if (before == nullptr) {
    known_.push_back({name, overlay, where.number});
  } else if (before->overlay != overlay) {
    errors.add(where, column,
               shown(name) + (before->overlay ? " is an overlay" : " is a backing filesystem") + " (line " +
                   std::to_string(before->line) + "), so it cannot be " +
                   (overlay ? "mounted as an overlay" : "a backing filesystem"),
               "another name");
  }
}

void defined_names::use(const std::string& name, name_use how, const source_line& where, int column) {
  const known* k = find(name);
  const bool good = k != nullptr && (how == name_use::in_path || k->overlay != (how == name_use::image_of));
  if (!good) pending_.push_back({name, how, where, column});
}

void defined_names::check(error_list& errors) const {
  for (const pending& p : pending_) {
    if (std::find(excused_.begin(), excused_.end(), p.name) == excused_.end()) report(p, errors);
  }
}

void defined_names::report(const pending& p, error_list& errors) const {
  const known* k = find(p.name);
  const bool is_overlay = k != nullptr && k->overlay;
  if (is_overlay && p.how != name_use::image_of) return;

  if (p.how == name_use::mounted) {
    std::vector<std::string_view> overlays;
    for (const known& other : known_) {
      if (other.overlay) overlays.push_back(other.name);
    }
    return errors.add(p.where, p.column, "no line mounts an overlay " + shown(p.name),
                      did_you_mean(p.name, overlays, "the name of an overlay: `mount NAME lowerdir=...`"));
  }
  if (is_overlay) {
    return errors.add(p.where, p.column, shown(p.name) + " is an overlay, which has no image",
                      "the name of a backing filesystem");
  }
  if (k != nullptr) {
    return errors.add(p.where, p.column,
                      "the filesystem " + shown(p.name) + " is made further down only, by line " +
                          std::to_string(k->line),
                      "its " + std::string(makers) + " above this line");
  }
  std::vector<std::string_view> names;
  for (const known& other : known_) names.push_back(other.name);
  errors.add(
      p.where, p.column, "unknown filesystem " + shown(p.name),
      did_you_mean(p.name, names, "a name that an earlier " + std::string(makers) + " made, or a mounted overlay"));
}

}  // namespace ovlsim::scenario_text
