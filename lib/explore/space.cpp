// SPDX-License-Identifier: Apache-2.0
#include "explore/space.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "explore/upper_changes.hpp"
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

void put_situation_in_form(situation& s, const world* from) {
  std::vector<std::uint64_t> numbers = numbers_in(s.past);
  canonicalise(s.w, numbers, from);
  put_numbers(s.past, numbers);
}

/// But for numbers that only grow, of which the canonical form keeps nothing.
bool is_unchanged(const world& now, const world& before) {
  return now.files == before.files && now.handles == before.handles && now.pipes == before.pipes && now.next_slot == before.next_slot &&
         now.module == before.module && now.overlays == before.overlays && now.filesystems == before.filesystems;
}

}  // namespace

space::space(const scope& s, const kernel& k, std::span<const property> asked, cones c, use_of_precedents p)
    : scope_(s), kernel_(k), asked_(asked), cones_(std::move(c)), use_(p) {
  for (const property& q : asked) needs_.push_back(q.needs);
  remembers_something_ = std::any_of(needs_.begin(), needs_.end(), [](remembers r) { return r != remembers::nothing; });
  for (const move& m : s.moves) {
    std::vector<command_place>& commands = commands_of_.emplace_back();
    for (const command& what : m.commands) {
      const auto known = std::find_if(effects_of_.begin(), effects_of_.end(), [&](const command_effects& e) { return e.what == what; });
      const auto index = static_cast<std::uint32_t>(known - effects_of_.begin());
      if (known == effects_of_.end()) {
        std::vector<std::uint32_t> cone = cones_.of(what);
        const std::size_t width = cone.size();
        const auto column = std::count_if(effects_of_.begin(), effects_of_.end(), [&](const command_effects& e) { return e.cone == cone; });
        effects_of_.push_back(
            {what, std::move(cone), static_cast<std::uint32_t>(column), interned_rows(width), rows_of<std::uint32_t>(width), {}, false});
      }
      const command_effects& e = effects_of_[index];
      commands.push_back({index, e.cone.size() == 1 ? e.cone.front() : several_blocks, e.column});
    }
  }
}

row space::first() {
  situation s;
  put_situation_in_form(s, nullptr);  // the counters of a world in which nothing was made, too
  for (const command& c : scope_.setup) {
    outcome_of o;
    situation to = run(c, s, ~0U, true, o);
    if (o.changes) {
      s = std::move(to);
    } else {
      s.w.names = std::move(to.w.names);
    }
  }
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
    const auto commands = std::count_if(effects_of_.begin(), effects_of_.end(), [&](const command_effects& e) {
      return e.cone.size() == 1 && e.cone.front() == b;
    });
    blocks_.push_back({std::move(in_block), interned_rows(width), block_effects(static_cast<std::size_t>(commands))});
  }
  prepare_precedents();
  const row parts = store_->numbers_of(s);
  row state;
  for (block& b : blocks_) {
    row in_block;
    for (const std::uint32_t place : b.places) in_block.push_back(parts[place]);
    state.push_back(number_of(b, in_block));
  }
  return state;
}

/// Of the commands on the block of the only upper. (With several each would have to be left open for itself.)
void space::prepare_precedents() {
  if (cones_.uppers.size() != 1) return;
  const auto at = std::find(cones_.filesystems.begin(), cones_.filesystems.end(), cones_.uppers.front());
  if (at == cones_.filesystems.end()) return;
  upper_ = static_cast<std::uint32_t>(at - cones_.filesystems.begin());
  if (cones_.block_of[upper_] != 0 || upper_ >= std::numeric_limits<std::uint8_t>::max()) return;  // the owner of its tables is 8 bits
  may_have_precedents_ = true;
  const std::vector<std::uint32_t>& places = blocks_[0].places;
  upper_in_block_ = static_cast<std::size_t>(std::find(places.begin(), places.end(), upper_) - places.begin());
  for (command_effects& e : effects_of_) {
    if (e.cone.size() != 1 || e.cone.front() != 0) continue;
    e.has_precedents = precedents::takes(e.what);
    at_column_.resize(std::max<std::size_t>(at_column_.size(), e.column + 1));
    at_column_[e.column] = static_cast<std::uint32_t>(&e - effects_of_.data());
  }
  for (const std::vector<command_place>& commands : commands_of_) {
    if (commands.empty()) continue;
    const command_effects& e = effects_of_[commands.front().effects];
    const bool is_known = std::find(first_columns_.begin(), first_columns_.end(), e.column) != first_columns_.end();
    if (e.has_precedents && !is_known) first_columns_.push_back(e.column);
  }
}

row space::parts_of(std::span<const std::uint32_t> state) const {
  row parts(store_->width(), 0);
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const std::span<const std::uint32_t> in_block = blocks_[b].rows[state[b]];
    for (std::size_t n = 0; n < in_block.size(); ++n) parts[blocks_[b].places[n]] = in_block[n];
  }
  return parts;
}

// ------------------------------------------------------------------------------------------------------- looking up

std::uint32_t space::key_of(command_effects& e, std::span<const std::uint32_t> state) {
  if (e.cone.size() == 1) return state[e.cone.front()];
  row key;
  for (const std::uint32_t b : e.cone) key.push_back(state[b]);
  const std::uint64_t hash = hash_of_row(key);
  const std::uint32_t known = e.keys.look_up(key, hash);
  if (known != no_number) return known;
  const std::lock_guard lock(growing_);
  const std::uint32_t entered = e.keys.look_up(key, hash);
  if (entered != no_number) return entered;
  return e.keys.add(key, hash, [&](std::uint32_t) { e.nexts.append(effect::unknown); });
}

/// Of several blocks the first one's stands for all.
std::uint32_t& space::effect_at(command_effects& e, std::uint32_t key) {
  return e.cone.size() == 1 ? blocks_[e.cone.front()].effects.of(key)[e.column] : *e.nexts[key];
}

space::step space::go(std::uint32_t m, std::span<std::uint32_t> state, unsigned thread, bool is_alone) {
  bool has_news = false;
  for (const command_place& c : commands_of_[m]) {
    if (c.block != several_blocks) {  // a short way for most
      const std::uint32_t next = blocks_[c.block].effects.of(state[c.block], c.column);
      if (next != effect::unknown) {
        has_news |= (next & effect::has_news) != 0;
        state[c.block] = effect::number(next);
        continue;
      }
    }
    command_effects& e = effects_of_[c.effects];
    const std::uint32_t key = key_of(e, state);
    const std::uint32_t& entered = effect_at(e, key);
    std::uint32_t first = effect::look_at(entered);
    if (first == effect::unknown) {
      const step s = work_out(e, key, state, own_[thread], is_alone);
      if (s != step::done) return s;
      first = effect::look_at(entered);
    }
    has_news |= (first & effect::has_news) != 0;
    state[e.cone.front()] = effect::number(first);
    for (std::size_t n = 1; n < e.cone.size(); ++n) state[e.cone[n]] = e.nexts[key][n];
  }
  return has_news ? step::has_news : step::done;
}

std::optional<news> space::next_news(std::uint32_t m, std::uint32_t& done, std::span<std::uint32_t> state) {
  while (done < commands_of_[m].size()) {
    command_effects& e = effects_of_[commands_of_[m][done++].effects];
    const std::uint32_t key = key_of(e, state);
    std::uint32_t& entered = effect_at(e, key);
    const std::uint32_t first = effect::look_at(entered);
    state[e.cone.front()] = effect::number(first);
    for (std::size_t n = 1; n < e.cone.size(); ++n) state[e.cone[n]] = e.nexts[key][n];
    if ((first & effect::has_news) == 0) continue;
    const std::lock_guard lock(growing_);
    effect::enter(entered, effect::number(first));
    const auto at = e.untold.find(key);
    const news said = at->second;
    e.untold.erase(at);
    return said;
  }
  return std::nullopt;
}

void space::prefetch(std::span<const std::uint32_t> state) const {
  for (std::size_t b = 0; b < blocks_.size(); ++b) blocks_[b].effects.prefetch(state[b]);
  if (precedents_) blocks_[0].rows.prefetch(state[0]);
}

void space::prefetch_second(std::span<const std::uint32_t> state) const {
  for (const std::vector<command_place>& commands : commands_of_) {
    if (commands.size() < 2 || commands[0].block == several_blocks) continue;
    const block& b = blocks_[commands[0].block];
    const std::uint32_t next = effect::number(b.effects.of(state[commands[0].block], commands[0].column));
    if (next >= effect::number(effect::unknown)) continue;
    if (commands[1].block == commands[0].block) {
      b.effects.prefetch(next);
    } else if (commands[1].block == several_blocks) {
      const command_effects& e = effects_of_[commands[1].effects];
      row key;
      for (const std::uint32_t in_cone : e.cone) key.push_back(in_cone == commands[0].block ? next : state[in_cone]);
      e.keys.prefetch_slot(hash_of_row(key));
    }
  }
}

void space::decide(std::span<const std::uint32_t> state, unsigned thread) {
  if (!precedents_ || use_.doubted) return;
  boost::container::small_vector<std::uint32_t, 24> unknown;
  for (const std::uint32_t column : first_columns_) {
    if (blocks_[0].effects.of(state[0], column) == effect::unknown) unknown.push_back(column);
  }
  if (unknown.empty()) return;
  own& mine = own_[thread];
  start_from(state, mine);
  const precedents::decisions decided = decisions_of(unknown, state[0], mine);
  mine.has_decided = true;
  boost::container::small_vector<std::uint64_t, 16> hashes;
  for (const precedents::decision& d : decided) {
    hashes.push_back(hash_of_row(d.after));
    blocks_[0].rows.prefetch_slot(hashes.back());
  }
  for (const std::uint64_t hash : hashes) blocks_[0].rows.prefetch_row(hash);
  for (std::size_t n = 0; n < decided.size(); ++n) {
    const std::uint32_t next = number_of(blocks_[0], decided[n].after, hashes[n]);
    enter(effects_of_[at_column_[decided[n].command]], state[0], std::span(&next, 1), decided[n].said, mine);
  }
}

// ------------------------------------------------------------------------------------------------------ working out

void space::begin(unsigned threads, std::uint32_t skip, std::uint32_t known) {
  if (own_.size() < threads) own_.resize(threads);
  skip_ = skip;
  known_ = known;
}

/// Nothing but that it makes names where it does, unless the thread is alone.
situation space::run(const command& c, const situation& from, std::uint32_t skip, bool is_alone, outcome_of& o, read_log* read) const {
  situation to = from;
  const auto makes_names = [&] { return to.w.names.size() > from.w.names.size(); };
  {
    const noting_reads noting(read);
    const outcome answered = apply(to.w, c, kernel_);
    o.is_left = !is_alone && makes_names();
    if (o.is_left) return to;
    const ovlsim::step happened{from.w, c, answered, to.w, from.past, kernel_};
    for (std::uint32_t p = 0; p < asked_.size(); ++p) {
      if ((skip >> p & 1) != 0) continue;
      const finding f = asked_[p].judge(happened);
      if (f.what != finding::kind::silent) o.said.happened |= 1U << p;
      if (f.what == finding::kind::broken) o.said.broken |= 1U << p;
    }
    if (remembers_something_) to.past = remember(happened, needs_, cones_.lowers);
  }
  const bool has_upper = upper_ < from.w.filesystems.size();
  const bool makes_id = to.w.next_uuid != from.w.next_uuid;  // which is named after others in the upper
  if (read != nullptr && has_upper && !makes_id) o.change = change_between(*from.w.filesystems[upper_], *to.w.filesystems[upper_]);
  o.changes = !is_unchanged(to.w, from.w) || to.past != from.past;
  if (o.changes) put_situation_in_form(to, &from.w);
  o.is_left = !is_alone && makes_names();
  return to;
}

/// What a state is made of, unless it is at hand.
void space::start_from(std::span<const std::uint32_t> state, own& mine) const {
  const std::size_t names = store_->names().size();
  if (std::equal(state.begin(), state.end(), mine.state.begin(), mine.state.end()) && mine.names == names) return;
  mine.parts = parts_of(state);
  mine.state.assign(state.begin(), state.end());
  mine.names = names;
  mine.has_from = false;
  mine.has_decided = false;
  mine.standing = {};
}

void space::make_world(own& mine) const {
  if (!mine.has_from) mine.from = store_->made_of(mine.parts, own_.size() == 1 ? nullptr : &mine.copies);
  mine.has_from = true;
}

/// What commands do to the block of the upper, of which `number` is that in the state that was started from.
precedents::decisions space::decisions_of(std::span<const std::uint32_t> columns, std::uint32_t number, own& mine) {
  if (mine.standing.rest == no_number) mine.standing = precedents_->standing_of(blocks_[0].rows[number], mine.names);
  precedents::decisions all = precedents_->decide(columns, mine.standing);
  for (precedents::decision& d : all) {
    std::uint32_t& upper = d.after[upper_in_block_];
    if (upper == no_number) upper = upper_after(d.change, mine);
    if (upper == no_number) d.command = no_number;
  }
  const auto is_undecided = [](const precedents::decision& d) { return d.command == no_number; };
  all.erase(std::remove_if(all.begin(), all.end(), is_undecided), all.end());
  return all;
}

/// What comes of the upper by a change; no_number where that is more than a precedent can tell. Its numbers close up here as they do in the
/// world of the precedent, with the same rest and the same numbers gone: that one's upper was closed afterwards, so nothing in the rest
/// names a number that is gone. So the canonical form is that in a world without overlays.
std::uint32_t space::upper_after(std::uint32_t change, own& mine) {
  make_world(mine);
  world w = mine.from.w;
  w.overlays.clear();
  w.filesystems[upper_] = copy_on_write(changed(*w.filesystems[upper_], precedents_->change(change)));
  canonicalise(w, {}, &mine.from.w);
  if (!keeps_to_itself(*w.filesystems[upper_], w.names)) return no_number;
  std::uint32_t number = store_->look_up(w.filesystems[upper_]);
  if (number == no_number) {
    const std::lock_guard lock(growing_);
    number = store_->number_of(w.filesystems[upper_]);
  }
  precedents_->add_change(mine.standing, change, number);
  return number;
}

space::step space::work_out(command_effects& e, std::uint32_t key, std::span<const std::uint32_t> state, own& mine, bool is_alone) {
  start_from(state, mine);
  const bool may_decide = precedents_ && e.has_precedents;
  precedents::decisions decided;
  if (may_decide && !mine.has_decided) decided = decisions_of(std::span(&e.column, 1), state[0], mine);
  if (!decided.empty() && !use_.doubted) {
    enter(e, key, row(1, number_of(blocks_[0], decided[0].after)), decided[0].said, mine);
    return step::done;
  }
  make_world(mine);
  outcome_of o;
  read_log read;
  const situation to = run(e.what, mine.from, skip_, is_alone, o, may_decide ? &read : nullptr);
  if (o.is_left) return step::makes_names;
  row next;
  if (o.changes) {
    if (to.w.names.size() > store_->names().size()) store_->names() = to.w.names;
    std::optional<row> after = blocks_after(parts_after(to, mine), state, e.cone);
    if (!after) return step::wrong;
    next = std::move(*after);
  } else {
    for (const std::uint32_t b : e.cone) next.push_back(state[b]);
  }
  if (!decided.empty()) {
    const news& said = decided[0].said;
    const bool says_so = ((o.said.broken ^ said.broken) & ~skip_) == 0 && ((o.said.happened ^ said.happened) & ~skip_) == 0;
    if (next.front() != number_of(blocks_[0], decided[0].after) || !says_so) return step::wrong;
    if (use_.decided != nullptr) ++*use_.decided;
  }
  if (may_decide && o.change) {
    const situation& after = o.changes ? to : mine.from;
    precedents_->add(e.column, mine.standing, {read, *o.change, mine.from, after, blocks_[0].rows[next.front()], o.said, !use_.doubted});
    // What was run is told from its own case, too.
    const precedents::decisions again = use_.doubted ? decisions_of(std::span(&e.column, 1), state[0], mine) : precedents::decisions();
    if (!again.empty() && number_of(blocks_[0], again[0].after) != next.front()) return step::wrong;
  }
  enter(e, key, next, o.said, mine);
  return step::done;
}

row space::parts_after(const situation& to, const own& from) {
  const changed_parts changed = store_->changes(to, &from.from);
  const bool has_new_ones = std::any_of(changed.begin(), changed.end(), [](const changed_part& c) { return c.number == no_number; });
  if (has_new_ones) {
    const std::lock_guard lock(growing_);
    return store_->numbers_of(to, changed, from.parts);
  }
  row parts = from.parts;
  for (const changed_part& c : changed) parts[c.place] = c.number;
  return parts;
}

/// The blocks in the cone when the parts are these. Nothing when a block that is not in the cone has changed.
std::optional<row> space::blocks_after(const row& parts, std::span<const std::uint32_t> state, const std::vector<std::uint32_t>& cone) {
  row next;
  for (const std::uint32_t b : cone) next.push_back(state[b]);
  for (std::uint32_t b = 0; b < blocks_.size(); ++b) {
    row in_block;
    for (const std::uint32_t place : blocks_[b].places) in_block.push_back(parts[place]);
    const std::span<const std::uint32_t> before = blocks_[b].rows[state[b]];
    if (std::equal(before.begin(), before.end(), in_block.begin())) continue;
    const auto in_cone = std::find(cone.begin(), cone.end(), b);
    if (in_cone == cone.end()) return std::nullopt;
    next[static_cast<std::size_t>(in_cone - cone.begin())] = number_of(blocks_[b], in_block);
  }
  return next;
}

std::uint32_t space::number_of(block& b, const row& in_block, std::uint64_t hash) {
  const std::uint32_t known = b.rows.look_up(in_block, hash);
  if (known != no_number) return known;
  const std::lock_guard lock(growing_);
  const std::uint32_t entered = b.rows.look_up(in_block, hash);
  if (entered != no_number) return entered;
  return b.rows.add(in_block, hash, [&](std::uint32_t number) { b.effects.grow(number + 1); });
}

/// What another thread has entered meanwhile is the same.
void space::enter(command_effects& e, std::uint32_t key, std::span<const std::uint32_t> next, const news& all, own& mine) {
  const news said{all.broken & ~skip_, all.happened & ~skip_ & ~known_};
  std::uint32_t& first = effect_at(e, key);
  const bool has_news = (said.broken | said.happened) != 0;
  if (!has_news && e.cone.size() == 1) {
    if (effect::enter_first(first, next.front())) ++mine.effects;
    return;
  }
  const std::lock_guard lock(growing_);
  if (effect::look_at(first) != effect::unknown) return;
  std::copy(next.begin() + 1, next.end(), &first + 1);
  if (has_news) e.untold[key] = said;
  effect::enter(first, next.front() | (has_news ? effect::has_news : 0));
  ++mine.effects;
}

// ------------------------------------------------------------------------------------------------------------ counts

void space::settle() {
  if (!precedents_ && may_have_precedents_ && effects() >= use_.from) {
    precedents_.emplace(blocks_[0].places.size(), upper_in_block_, upper_, at_column_.size());
  }
  if (precedents_) precedents_->settle(*store_);
  store_->forget_smaller();
  for (block& b : blocks_) b.rows.forget_smaller();
  for (command_effects& e : effects_of_) e.keys.forget_smaller();
}

std::uint64_t space::effects() const {
  std::uint64_t all = 0;
  for (const own& o : own_) all += o.effects;
  return all;
}

std::uint64_t space::memory() const {
  constexpr std::uint64_t untold_size = 64;  // a node of the map
  std::uint64_t bytes = store_->memory() + (precedents_ ? precedents_->memory() : 0);
  for (const block& b : blocks_) bytes += b.rows.memory() + b.effects.memory();
  for (const command_effects& e : effects_of_) bytes += e.keys.memory() + e.nexts.memory() + e.untold.size() * untold_size;
  return bytes;
}

}  // namespace ovlsim::explore_parts
