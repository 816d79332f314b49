// SPDX-License-Identifier: Apache-2.0
#include "explore/precedents.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "explore/upper_changes.hpp"
#include "ovlsim/canonical.hpp"

namespace ovlsim::explore_parts {

namespace {

std::uint64_t hash_of(const byte_string& bytes) { return explore_parts::hash_of_bytes(0, bytes.data(), bytes.size()); }
std::uint64_t hash_of(const piece& p) {
  return mixed(mixed(p.ino, static_cast<std::uint64_t>(p.name) << 8 | static_cast<std::uint64_t>(p.what)), p.owner);
}

/// What every command reads, under number 0: all that is no piece (see value_in()).
constexpr piece head{.what = piece::kind::all};
constexpr std::uint32_t no_change = 0;

}  // namespace

bool precedents::takes(const command& c) {
  return std::visit(
      []<class Verb>(const Verb&) {
        return !std::is_same_v<Verb, cmd::mkfs> && !std::is_same_v<Verb, cmd::clone> && !std::is_same_v<Verb, cmd::mke2fs> &&
               !std::is_same_v<Verb, cmd::mksquashfs> && !std::is_same_v<Verb, cmd::mkerofs>;
      },
      c);
}

precedents::precedents(std::size_t width, std::size_t upper, std::uint32_t place, std::size_t commands)
    : width_(width), upper_(upper), place_(place), owner_(static_cast<std::uint8_t>(place + 1)), rests_(width), heads_(commands), parts_(width),
      values_(most_pieces), uppers_(first_piece + most_pieces), changed_(2), after_(1) {
  pieces_.add(head, hash_of(head));
  changes_.add({}, hash_of(byte_string()));
}

precedents::standing precedents::standing_of(std::span<const std::uint32_t> in_block, std::size_t names) {
  row rest(in_block.begin(), in_block.end());
  const std::uint32_t upper = std::exchange(rest[upper_], static_cast<std::uint32_t>(names));
  const std::uint64_t hash = hash_of_row(rest);
  std::uint32_t known = rests_.look_up(rest, hash);
  if (known == no_number) {
    const std::lock_guard lock(growing_);
    known = rests_.look_up(rest, hash);
    if (known == no_number) known = rests_.add(rest, hash, [&](std::uint32_t number) {
        while (heads_.size() <= number) heads_.append(no_number);
      });
  }
  return {known, upper};
}

precedents::value_row precedents::values_of(std::uint32_t upper, std::uint32_t read) const {
  const std::uint16_t* const all = uppers_[upper];
  value_row values;
  const footprint& shape = *shapes_[read];
  std::transform(shape.begin(), shape.end(), values.begin(), [all](std::uint16_t p) { return all[p]; });
  return values;
}

precedents::decisions precedents::decide(std::span<const std::uint32_t> commands, const standing& at) const {
  decisions all;
  if (!knows(at)) return all;
  struct sought {
    std::uint32_t command;
    std::uint32_t number;
  };
  boost::container::small_vector<sought, 16> left;
  for (const std::uint32_t c : commands) {
    const std::uint32_t last = effect::look_at(heads_[at.rest][c]);
    if (last == no_number) continue;
    left.push_back({c, last});
    __builtin_prefetch(cases_[last]);
  }
  boost::container::small_vector<sought, 16> found;
  while (!left.empty()) {
    std::size_t kept = 0;
    for (const sought s : left) {
      const case_like& one = *cases_[s.number];
      if (is_like(at, one)) {
        found.push_back(s);
        __builtin_prefetch(parts_[s.number]);
        if (one.change != no_change) changed_.prefetch_slot(hash_of_row(std::array{at.upper, one.change}));
      } else if (one.before != no_number) {
        left[kept++] = {s.command, one.before};
        __builtin_prefetch(cases_[one.before]);
      }
    }
    left.resize(kept);
  }
  for (const sought s : found) {
    const case_like& one = *cases_[s.number];
    decision& d = all.emplace_back();
    d.command = s.command;
    d.after.assign(parts_[s.number], parts_[s.number] + width_);
    d.after[upper_] = at.upper;
    d.said = one.said;
    if (one.change == no_change) continue;
    const std::array changed{at.upper, one.change};
    const std::uint32_t seen = changed_.look_up(changed, hash_of_row(changed));
    d.after[upper_] = seen == no_number ? no_number : *after_[seen];
    d.change = one.change;
  }
  return all;
}

/// What a case needs of a world beside an upper that keeps to itself: nothing names what is not there, and nothing shares its numbers.
bool precedents::rest_takes(const world& w) const {
  if (!w.files.empty() || !w.handles.empty() || !w.pipes.empty()) return false;
  for (std::size_t f = 0; f < w.filesystems.size(); ++f) {
    // A clone gives numbers of the same range.
    if (f != place_ && w.filesystems[f]->first_ino == w.filesystems[place_]->first_ino) return false;
  }
  const auto names_more = [](const auto& o) { return o->whiteout != 0 || o->instance != uuid{} || o->detached; };
  return std::none_of(w.overlays.begin(), w.overlays.end(), names_more);
}

/// no_number where it is of no use, or a piece is new: then the values of uppers are not known before settle(), which takes new ones in
/// an order of their own, so that it makes no difference which thread came across one first.
std::uint32_t precedents::footprint_of(const read_log& read) {
  boost::container::small_vector<piece, most_read> own;
  for (const piece& p : read.pieces()) {
    if (p.owner != owner_ || std::find(own.begin(), own.end(), p) != own.end()) continue;
    if (p.what == piece::kind::all || own.size() + 1 == most_read) return no_number;
    own.push_back(p);
  }
  boost::container::small_vector<std::uint32_t, most_read> numbers{0};
  for (const piece& p : own) {
    const std::uint32_t known = pieces_.look_up(p, hash_of(p));
    numbers.push_back(known);
    if (known == no_number && std::find(wanted_.begin(), wanted_.end(), p) == wanted_.end()) wanted_.push_back(p);
  }
  std::sort(numbers.begin(), numbers.end());
  if (numbers.back() == no_number) return no_number;
  footprint places{};
  places.fill(nothing);
  std::transform(numbers.begin(), numbers.end(), places.begin(), [](std::uint32_t n) { return static_cast<std::uint16_t>(first_piece + n); });
  std::uint64_t hash = 0;
  for (const std::uint16_t p : places) hash = mixed(hash, p);
  const std::uint32_t number = footprints_.number_of(places, hash);
  while (shapes_.size() <= number) shapes_.append(footprints_[static_cast<std::uint32_t>(shapes_.size())]);
  return number;
}

void precedents::enter_change(const standing& at, std::uint32_t change, std::uint32_t after) {
  const std::array changed{at.upper, change};
  const std::uint64_t hash = hash_of_row(changed);
  if (changed_.look_up(changed, hash) != no_number) return;
  changed_.add(changed, hash, [&](std::uint32_t number) {
    while (after_.size() <= number) after_.append(0);
    *after_[number] = after;
  });
}
void precedents::add_change(const standing& at, std::uint32_t change, std::uint32_t after) {
  const std::lock_guard lock(growing_);
  enter_change(at, change, after);
}

void precedents::add(std::uint32_t c, const standing& at, const run& r) {
  if (!knows(at) || !rest_takes(r.from.w) || !rest_takes(r.to.w)) return;
  const std::uint32_t after = r.in_block[upper_];
  const bool may_go_on = after < uppers_.size() ? uppers_[after][keeps] == 1 : keeps_to_itself(*r.to.w.filesystems[place_], r.to.w.names);
  if (!may_go_on) return;
  const std::lock_guard lock(growing_);
  const std::uint32_t read = footprint_of(r.read);
  if (read == no_number) return;
  const std::size_t changes = changes_.size();
  const std::uint32_t change = changes_.number_of(r.change, hash_of(r.change));
  if (changes_.size() != changes) held_ += r.change.size();
  if (change == no_change && after != at.upper) return;  // never seen: the change would not say all
  if (change != no_change && r.tells_upper) enter_change(at, change, after);
  std::uint32_t& last = heads_[at.rest][c];
  for (std::uint32_t n = last; n != no_number; n = cases_[n]->before) {
    if (is_like(at, *cases_[n])) return;
  }
  if (parts_.size() == cases_.size()) parts_.append(0);
  std::copy_n(r.in_block.begin(), width_, parts_[cases_.size()]);
  cases_.append({last, read, values_of(at.upper, read), change, r.said});
  effect::enter(last, static_cast<std::uint32_t>(cases_.size() - 1));
}

std::uint32_t precedents::value_of(const backing::filesystem& fs, std::size_t number) {
  const byte_string value = value_in(fs, pieces_[static_cast<std::uint32_t>(number)]);
  interned<byte_string>& all = values_[number];
  const std::size_t known = all.size();
  const std::uint32_t value_number = all.number_of(value, hash_of(value));
  if (all.size() != known) held_ += value.size();
  return value_number;
}

void precedents::settle(const part_store& parts) {
  const auto take_in = [&](std::uint32_t upper, std::size_t first) {
    std::uint16_t* const values = uppers_[upper];
    for (std::size_t p = first; p < pieces_.size() && values[keeps] == 1; ++p) {
      const std::uint32_t value = value_of(parts.filesystem(upper), p);
      values[first_piece + p] = static_cast<std::uint16_t>(value);
      if (value > std::numeric_limits<std::uint16_t>::max()) values[keeps] = 0;  // never seen; such an upper goes without
    }
  };
  const std::size_t settled = pieces_.size();
  std::sort(wanted_.begin(), wanted_.end());
  for (const piece& p : wanted_) {
    if (pieces_.size() < most_pieces) pieces_.add(p, hash_of(p));
  }
  wanted_.clear();
  const auto known = static_cast<std::uint32_t>(uppers_.size());
  for (std::uint32_t n = 0; n < known && settled != pieces_.size(); ++n) take_in(n, settled);
  for (std::uint32_t n = known; n <= parts.filesystems(); ++n) {  // 0 is none
    std::uint16_t* const values = uppers_.append(0);
    if (n == 0) continue;
    const backing::filesystem& fs = parts.filesystem(n);
    values[keeps] = fs.inodes.owner() == owner_ && keeps_to_itself(fs, parts.names()) ? 1 : 0;
    take_in(n, 0);
  }
  rests_.forget_smaller();
  changed_.forget_smaller();
}

std::uint64_t precedents::memory() const {
  std::uint64_t bytes = rests_.memory() + heads_.memory() + cases_.memory() + parts_.memory() + pieces_.memory() + footprints_.memory() + shapes_.memory() +
                        uppers_.memory() + changes_.memory() + changed_.memory() + after_.memory() + held_;
  for (const interned<byte_string>& v : values_) bytes += v.memory();
  return bytes;
}

}  // namespace ovlsim::explore_parts
