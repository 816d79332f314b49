// SPDX-License-Identifier: Apache-2.0
#include "explore/space.hpp"

#include <algorithm>
#include <stdexcept>

#include "ovlsim/canonical.hpp"

namespace ovlsim::explore_parts {

namespace {

/// The inode numbers in a memory, which are renamed along with the world's.
std::vector<std::uint64_t> numbers_in(const memory& m) {
  std::vector<std::uint64_t> numbers;
  for (const seen_number& s : m.in_mount) numbers.push_back(s.ino);
  for (const seen_number& s : m.over_mounts) numbers.push_back(s.ino);
  return numbers;
}

void put_numbers(memory& m, const std::vector<std::uint64_t>& numbers) {
  std::size_t n = 0;
  for (seen_number& s : m.in_mount) s.ino = numbers[n++];
  for (seen_number& s : m.over_mounts) s.ino = numbers[n++];
}

void canonicalise(situation& s, const world* from) {
  std::vector<std::uint64_t> numbers = numbers_in(s.past);
  ovlsim::canonicalise(s.w, numbers, from);
  put_numbers(s.past, numbers);
}

}  // namespace

space::space(const scope& s, const kernel& k, std::span<const property> asked)
    : scope_(s), kernel_(k), asked_(asked), cones_(cones_of(s)) {
  for (const property& p : asked) needs_.push_back(p.needs);
  for (const auto& cone : cones_.of_move) by_move_.push_back({cone, {}, interned_rows(cone.size()), {}});
}

row space::first() {
  situation s;
  worked_out unused;
  for (const command& c : scope_.setup) run(c, s, unused, ~0U);
  store_.emplace(s.w, cones_.filesystems.size(), cones_.overlays);
  const auto places = [&](std::uint32_t b) {
    std::vector<std::uint32_t> in_block;
    for (std::uint32_t f = 0; f < cones_.block_of.size(); ++f) {
      if (cones_.block_of[f] == b) in_block.push_back(f);
    }
    if (b == 0) {
      for (auto n = static_cast<std::uint32_t>(cones_.block_of.size()); n < store_->width(); ++n) in_block.push_back(n);
    }
    return in_block;
  };
  for (std::uint32_t b = 0; b < cones_.blocks; ++b) {
    std::vector<std::uint32_t> in_block = places(b);
    const std::size_t width = in_block.size();
    blocks_.push_back({std::move(in_block), interned_rows(width)});
  }
  const row parts = store_->numbers_of(s, nullptr, {});
  row state;
  for (block& b : blocks_) {
    row in_block;
    for (const std::uint32_t place : b.places) in_block.push_back(parts[place]);
    state.push_back(b.rows.number_of(in_block));
  }
  return state;
}

row space::parts_of(std::span<const std::uint32_t> state) const {
  row parts(store_->width(), 0);
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const std::span<const std::uint32_t> in_block = blocks_[b].rows[state[b]];
    for (std::size_t n = 0; n < in_block.size(); ++n) parts[blocks_[b].places[n]] = in_block[n];
  }
  return parts;
}

void space::run(const command& c, situation& s, worked_out& w, std::uint32_t skip) const {
  const situation before = s;
  const outcome answer = apply(s.w, c, kernel_);
  const step happened{before.w, c, answer, s.w, before.past, kernel_};
  for (std::uint32_t p = 0; p < asked_.size(); ++p) {
    if ((skip >> p & 1) != 0) continue;
    const finding f = asked_[p].judge(happened);
    if (f.what != finding::kind::silent) w.happened |= 1U << p;
    if (f.what == finding::kind::broken) w.broken |= 1U << p;
  }
  const bool remembers_something = std::any_of(needs_.begin(), needs_.end(), [](remembers r) { return r != remembers::nothing; });
  if (remembers_something) s.past = remember(happened, needs_, cones_.lowers);
  canonicalise(s, &before.w);
}

bool space::look_up(std::uint32_t m, std::span<const std::uint32_t> state, std::span<std::uint32_t> next) {
  move_effects& e = by_move_[m];
  if (e.cone.size() == 1) {
    const std::uint32_t b = e.cone.front();
    if (state[b] >= e.next.size() || e.next[state[b]] == no_number) return false;
    next[b] = e.next[state[b]];
    return true;
  }
  row key;
  for (const std::uint32_t b : e.cone) key.push_back(state[b]);
  bool added = false;
  const std::uint32_t number = e.keys.number_of(key, &added);
  if (added) e.nexts.resize(e.nexts.size() + e.cone.size(), no_number);
  for (std::size_t n = 0; n < e.cone.size(); ++n) {
    const std::uint32_t to = e.nexts[number * e.cone.size() + n];
    if (to == no_number) return false;
    next[e.cone[n]] = to;
  }
  return true;
}

worked_out space::work_out(std::uint32_t m, std::span<const std::uint32_t> state, std::uint32_t skip) const {
  worked_out w;
  w.parts = parts_of(state);
  w.from = store_->made_of(w.parts);
  w.names = w.from.w.names.size();
  w.to = w.from;
  for (const command& c : scope_.moves[m].commands) run(c, w.to, w, skip);
  return w;
}

void space::enter(std::uint32_t m, std::span<const std::uint32_t> state, worked_out&& w) {
  if (store_->names().size() != w.names) {
    if (w.to.w.names.size() != w.names) w = work_out(m, state, ~0U);  // others have given the numbers of its new names away
  }
  if (w.to.w.names.size() > store_->names().size()) store_->names() = w.to.w.names;
  const row parts = store_->numbers_of(w.to, &w.from.w, w.parts);
  move_effects& e = by_move_[m];
  row next;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    row in_block;
    bool same = true;
    for (const std::uint32_t place : blocks_[b].places) {
      in_block.push_back(parts[place]);
      same = same && parts[place] == w.parts[place];
    }
    const bool in_cone = std::find(e.cone.begin(), e.cone.end(), b) != e.cone.end();
    if (!same && !in_cone) throw std::logic_error("a move has changed what is not in its cone: " + scope_.moves[m].name);
    if (in_cone) next.push_back(same ? state[b] : blocks_[b].rows.number_of(in_block));
  }
  ++effects_;
  if (e.cone.size() == 1) {
    const std::uint32_t at = state[e.cone.front()];
    if (at >= e.next.size()) e.next.resize(std::max<std::size_t>(at + 1, e.next.size() * 2), no_number);
    e.next[at] = next.front();
    return;
  }
  row key;
  for (const std::uint32_t b : e.cone) key.push_back(state[b]);
  const std::uint32_t number = e.keys.number_of(key);
  std::copy(next.begin(), next.end(), e.nexts.begin() + static_cast<std::ptrdiff_t>(number * e.cone.size()));
}

std::uint64_t space::memory() const {
  std::uint64_t bytes = store_->memory();
  for (const block& b : blocks_) bytes += b.rows.memory();
  for (const move_effects& e : by_move_) bytes += (e.next.capacity() + e.nexts.capacity()) * sizeof(std::uint32_t) + e.keys.memory();
  return bytes;
}

}  // namespace ovlsim::explore_parts
