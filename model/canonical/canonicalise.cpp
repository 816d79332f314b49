// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/canonical.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "canonical/members.hpp"
#include "canonical/parts.hpp"

namespace ovlsim {

namespace {

using namespace canonical;

constexpr std::uint32_t later = 1U << 20;  // devices, generations and UUIDs that are made from now on are new to the world
constexpr std::uint32_t overlay_handle = 0xf8;
constexpr std::size_t overlay_padding = 3;

template <class T>
bool shares(const boost::container::small_vector_base<copy_on_write<T>>& a, const boost::container::small_vector_base<copy_on_write<T>>& b,
            std::size_t n) {
  return n < a.size() && n < b.size() && &*a[n] == &*b[n];
}

/// Overlays in the order of their names; what is open on them says where they are now.
void sort_overlays(world& w) {
  boost::container::small_vector<std::uint32_t, 4> order(w.overlays.size());
  for (std::uint32_t n = 0; n < order.size(); ++n) order[n] = n;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return w.overlays[a]->name < w.overlays[b]->name; });
  if (std::is_sorted(order.begin(), order.end())) return;
  const auto before = w.overlays;
  const auto moved = [&](std::uint32_t old) { return static_cast<std::uint32_t>(std::find(order.begin(), order.end(), old) - order.begin()); };
  for (std::uint32_t n = 0; n < order.size(); ++n) w.overlays[n] = before[order[n]];
  for (open_file& f : w.files) {
    if (f.on_overlay) f.where = moved(f.where);
  }
  for (pipe_buffer& p : w.pipes) {
    if (p.on_overlay) p.where = moved(p.where);
  }
}

void put_open_files_in_form(world& w, const renaming& r, const auto& dentries, const auto& slots) {
  for (open_file& f : w.files) {
    know_all_members(f);
    if (f.on_overlay) {
      f.dentry = slots[f.where].dentries[f.dentry];
    } else {
      f.real_dentry = dentries[f.where][f.real_dentry];
    }
    f.ino = r.ino(f.ino);
  }
  std::sort(w.files.begin(), w.files.end(), [](const open_file& a, const open_file& b) { return a.handle < b.handle; });
  for (pipe_buffer& p : w.pipes) p.inode = p.on_overlay ? slots[p.where].inodes[p.inode] : r.ino(p.inode);
  const auto place = [](const pipe_buffer& p) { return std::tuple(p.on_overlay, p.where, p.inode); };
  std::sort(w.pipes.begin(), w.pipes.end(), [&](const pipe_buffer& a, const pipe_buffer& b) { return place(a) < place(b); });
  for (taken_handle& h : w.handles) {
    const std::span<char> bytes(h.bytes.data(), h.bytes.size());
    if (h.type != overlay_handle) {
      r.in_fid(h.type, bytes);
    } else if (bytes.size() > overlay_padding) {
      r.in_stored(bytes.subspan(overlay_padding));
    }
  }
  std::sort(w.handles.begin(), w.handles.end(), [](const taken_handle& a, const taken_handle& b) { return a.handle < b.handle; });
}

/// Only overlays have changed since `from`, and nothing that they hold can give anything another number: a short way to what collect()
/// would find out. An overlay names numbers of filesystems that are there, and beside them a shared whiteout and its own UUID.
bool renames_nothing(const world& w, const world* from) {
  if (from == nullptr || w.filesystems.size() != from->filesystems.size()) return false;
  for (std::size_t f = 0; f < w.filesystems.size(); ++f) {
    if (!shares(w.filesystems, from->filesystems, f) || !has_closed_ranks(*w.filesystems[f])) return false;
    for (std::size_t other = 0; other < f; ++other) {  // a clone gives numbers of the same range
      if (has_range(*w.filesystems[f]) && w.filesystems[f]->first_ino == w.filesystems[other]->first_ino) return false;
    }
  }
  const auto holds_files = [](const world& of) { return !of.files.empty() || !of.handles.empty() || !of.pipes.empty(); };
  if (holds_files(w) || holds_files(*from)) return false;
  const auto names_more = [&](const world& one, const world& other) {
    return std::any_of(one.overlays.begin(), one.overlays.end(), [&](const auto& o) {
      if (o->instance != uuid{}) return true;
      if (o->whiteout == 0) return false;
      return std::none_of(other.overlays.begin(), other.overlays.end(), [&](const auto& same) {
        return same->name == o->name && same->whiteout != 0 && same->whiteout_name == o->whiteout_name;
      });
    });
  };
  return !names_more(w, *from) && !names_more(*from, w);
}

slot_numbers slots_as_they_are(const overlay::mounted& o) {
  slot_numbers s;
  for (std::uint32_t n = 0; n < o.dentries.size(); ++n) s.dentries.push_back(n);
  for (std::uint32_t n = 0; n < o.inodes.size(); ++n) s.inodes.push_back(n);
  return s;
}

}  // namespace

void canonicalise(world& w, std::span<std::uint64_t> remembered, const world* from) {
  know_all_members(w);
  sort_overlays(w);
  renaming r(w);
  const bool only_overlays = remembered.empty() && renames_nothing(w, from);
  if (!only_overlays) r.collect(remembered);
  boost::container::small_vector<dentry_numbers, 4> dentries(w.filesystems.size());
  boost::container::small_vector<std::uint32_t, 4> devices;  // as layers remember them
  for (std::uint32_t f = 0; f < w.filesystems.size(); ++f) {
    devices.push_back(w.filesystems[f]->dev);
    const bool stays = from != nullptr && shares(w.filesystems, from->filesystems, f) && !r.concerns(*w.filesystems[f]);
    dentries[f] = stays ? dentry_numbers::as_they_are() : put_in_form(w.filesystems[f].change(), f, r, w.names);
  }
  boost::container::small_vector<slot_numbers, 2> slots;
  for (std::uint32_t n = 0; n < w.overlays.size(); ++n) {
    const overlay::mounted& o = *w.overlays[n];
    static const dentry_numbers no_upper;
    const dentry_numbers& upper = o.has_upper() ? dentries[o.layers[0].fs] : no_upper;
    const bool same_upper = from != nullptr && (!o.has_upper() || shares(w.filesystems, from->filesystems, o.layers[0].fs));
    const bool known = same_upper && shares(w.overlays, from->overlays, n) && !r.concerns(o);
    slots.push_back(known ? slots_as_they_are(o) : put_overlay_in_form(w, n, r, upper, devices));
  }
  put_open_files_in_form(w, r, dentries, slots);
  for (std::uint64_t& n : remembered) n = r.ino(n);
  w.next_dev = w.next_generation = w.next_uuid = later;
  w.next_temp = only_overlays ? from->next_temp : r.temporaries() + 1;
}

std::vector<bool> may_be_answered(const world& w, std::span<const std::uint64_t> numbers) {
  world copy = w;  // names may come to its table
  renaming r(copy);
  r.collect(std::span<const std::uint64_t>());
  std::vector<bool> may;
  for (const std::uint64_t n : numbers) may.push_back(r.may_come(n));
  return may;
}

namespace {

/// Why a path, a symlink's target or a redirect cannot be told on canonical worlds; empty where it can.
std::string names_renamed_file(std::string_view text) {
  while (!text.empty()) {
    const std::string_view component = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(component.size() + 1, text.size()));
    if (component.starts_with('#')) return "a name that begins with `#`: overlayfs's temporary files have such names; choose another";
    if (is_index_name(component)) return "an entry of an index, whose name is a file handle; let overlayfs look it up";
  }
  return {};
}

/// Everywhere that a command names a file.
template <class Command>
std::vector<std::string_view> names_of_files(const Command& what) {
  std::vector<std::string_view> names;
  if constexpr (requires { what.at; }) names.push_back(what.at.rest);
  if constexpr (requires { what.source; }) names.push_back(what.source.rest);
  if constexpr (requires { what.from; what.to; }) {
    names.push_back(what.from.rest);
    names.push_back(what.to.rest);
  }
  if constexpr (requires { what.target; }) names.push_back(what.target);
  if constexpr (requires { what.name; what.value; }) {
    if (is_own_xattr(what.name)) names.push_back(what.value);
  }
  if constexpr (requires { what.options; }) {
    for (const path& p : what.options.lower) names.push_back(p.rest);
    for (const path& p : what.options.data) names.push_back(p.rest);
    if (what.options.upper) names.push_back(what.options.upper->rest);
    if (what.options.work) names.push_back(what.options.work->rest);
  }
  return names;
}

}  // namespace

std::string names_what_is_renamed(const command& c) {
  const auto check = [&](const auto& what) -> std::string {
    for (const std::string_view name : names_of_files(what)) {
      if (std::string why = names_renamed_file(name); !why.empty()) return why;
    }
    if constexpr (requires { what.id; }) {
      if (what.id && is_made_up(*what.id)) return "a UUID as the model makes them up; choose another";
    }
    if constexpr (requires { what.name; what.value; }) {
      constexpr std::size_t longest_mark = 4;
      if (is_own_xattr(what.name) && what.value.size() > longest_mark) return "the bytes of an xattr of overlayfs: let a copy-up write it";
    }
    return {};
  };
  return std::visit(check, c);
}

}  // namespace ovlsim
