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
  for (const move& m : s.moves) {
    std::vector<std::uint32_t>& commands = commands_of_.emplace_back();
    for (const command& c : m.commands) {
      const auto known = std::find_if(effects_of_.begin(), effects_of_.end(), [&](const command_effects& e) { return e.what == c; });
      commands.push_back(static_cast<std::uint32_t>(known - effects_of_.begin()));
      if (known != effects_of_.end()) continue;
      std::vector<std::uint32_t> cone = cones_.of(c);
      const std::size_t width = cone.size();
      effects_of_.push_back({c, std::move(cone), {}, interned_rows(width), {}});
    }
  }
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

bool space::take(command_effects& e, std::span<std::uint32_t> state) {
  if (e.cone.size() == 1) {
    std::uint32_t& block = state[e.cone.front()];
    if (block >= e.next.size() || e.next[block] == no_number) return false;
    block = e.next[block];
    return true;
  }
  row key;
  for (const std::uint32_t b : e.cone) key.push_back(state[b]);
  bool added = false;
  const std::uint32_t number = e.keys.number_of(key, &added);
  if (added) e.nexts.resize(e.nexts.size() + e.cone.size(), no_number);
  const std::uint32_t* const next = e.nexts.data() + number * e.cone.size();
  if (*next == no_number) return false;
  for (std::size_t n = 0; n < e.cone.size(); ++n) state[e.cone[n]] = next[n];
  return true;
}

bool space::go(std::uint32_t m, std::uint32_t& done, std::span<std::uint32_t> state) {
  const std::vector<std::uint32_t>& commands = commands_of_[m];
  for (; done < commands.size(); ++done) {
    if (!take(effects_of_[commands[done]], state)) return false;
  }
  return true;
}

worked_out space::work_out(std::uint32_t m, std::uint32_t done, std::span<const std::uint32_t> state, std::uint32_t skip) const {
  worked_out w;
  w.parts = parts_of(state);
  w.from = store_->made_of(w.parts);
  w.names = w.from.w.names.size();
  w.to = w.from;
  run(effects_of_[commands_of_[m][done]].what, w.to, w, skip);
  return w;
}

void space::enter(std::uint32_t m, std::uint32_t done, std::span<const std::uint32_t> state, worked_out&& w) {
  const bool has_new_names = w.to.w.names.size() != w.names;
  if (has_new_names && store_->names().size() != w.names) w = work_out(m, done, state, ~0U);  // others have taken their numbers
  if (w.to.w.names.size() > store_->names().size()) store_->names() = w.to.w.names;
  const row parts = store_->numbers_of(w.to, &w.from.w, w.parts);
  command_effects& e = effects_of_[commands_of_[m][done]];
  row next;
  for (std::uint32_t b = 0; b < blocks_.size(); ++b) {
    row in_block;
    bool same = true;
    for (const std::uint32_t place : blocks_[b].places) {
      in_block.push_back(parts[place]);
      same = same && parts[place] == w.parts[place];
    }
    const bool in_cone = std::find(e.cone.begin(), e.cone.end(), b) != e.cone.end();
    if (!same && !in_cone) throw std::logic_error("`" + print(e.what) + "` has changed what is not in its cone");
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
  if (e.nexts.size() < (number + 1) * e.cone.size()) e.nexts.resize((number + 1) * e.cone.size(), no_number);
  std::copy(next.begin(), next.end(), e.nexts.begin() + static_cast<std::ptrdiff_t>(number * e.cone.size()));
}

std::uint64_t space::memory() const {
  std::uint64_t bytes = store_->memory();
  for (const block& b : blocks_) bytes += b.rows.memory();
  for (const command_effects& e : effects_of_) bytes += (e.next.capacity() + e.nexts.capacity()) * sizeof(std::uint32_t) + e.keys.memory();
  return bytes;
}

}  // namespace ovlsim::explore_parts
