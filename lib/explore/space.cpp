// SPDX-License-Identifier: Apache-2.0
#include "explore/space.hpp"

#include <algorithm>
#include <utility>

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

space::space(const scope& s, const kernel& k, std::span<const property> asked, cones c)
    : scope_(s), kernel_(k), asked_(asked), cones_(std::move(c)) {
  for (const property& p : asked) needs_.push_back(p.needs);
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
        effects_of_.push_back({what, std::move(cone), static_cast<std::uint32_t>(column), interned_rows(width), rows_of<std::uint32_t>(width), {}});
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
    situation to = run(c, s, ~0U, o);
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
  const row parts = store_->numbers_of(s);
  row state;
  for (block& b : blocks_) {
    row in_block;
    for (const std::uint32_t place : b.places) in_block.push_back(parts[place]);
    state.push_back(b.rows.number_of(in_block));
    b.effects.grow(b.rows.size());
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

// ------------------------------------------------------------------------------------------------------- looking up

std::uint32_t space::key_of(command_effects& e, std::span<const std::uint32_t> state) {
  if (e.cone.size() == 1) return state[e.cone.front()];
  row key;
  for (const std::uint32_t b : e.cone) key.push_back(state[b]);
  const std::uint32_t number = e.keys.number_of(key);
  if (number == e.nexts.size()) e.nexts.append(effect::unknown);
  return number;
}

/// Of several blocks the first one's stands for all.
std::uint32_t& space::effect_at(command_effects& e, std::uint32_t key) {
  return e.cone.size() == 1 ? blocks_[e.cone.front()].effects.of(key)[e.column] : *e.nexts[key];
}

space::step space::go(std::uint32_t m, std::uint32_t& done, std::span<std::uint32_t> state) {
  const std::vector<command_place>& commands = commands_of_[m];
  for (; done < commands.size(); ++done) {
    const command_place& c = commands[done];
    if (c.block != several_blocks) {
      const std::uint32_t next = blocks_[c.block].effects.of(state[c.block])[c.column];
      if (!effect::is_known(next)) return step::unknown;
      if ((next & effect::has_news) != 0) return step::news;
      state[c.block] = next;
      continue;
    }
    command_effects& e = effects_of_[c.effects];
    const std::uint32_t key = key_of(e, state);
    const std::uint32_t* const nexts = e.nexts[key];
    if (!effect::is_known(nexts[0])) return step::unknown;
    if ((nexts[0] & effect::has_news) != 0) return step::news;
    for (std::size_t n = 0; n < e.cone.size(); ++n) state[e.cone[n]] = nexts[n];
  }
  return step::done;
}

news space::hear(std::uint32_t m, std::uint32_t done, std::span<const std::uint32_t> state) {
  command_effects& e = effects_of_[commands_of_[m][done].effects];
  const std::uint32_t key = key_of(e, state);
  std::uint32_t& first = effect_at(e, key);
  first = effect::number(first);
  const auto at = e.untold.find(key);
  const news said = at->second;
  e.untold.erase(at);
  return said;
}

void space::prefetch(std::span<const std::uint32_t> state) const {
  for (std::size_t b = 0; b < blocks_.size(); ++b) blocks_[b].effects.prefetch(state[b]);
}

// ------------------------------------------------------------------------------------------------------ working out

void space::ask_for(std::uint32_t m, std::uint32_t done, std::span<const std::uint32_t> state) {
  const std::uint32_t c = commands_of_[m][done].effects;
  const std::uint32_t key = key_of(effects_of_[c], state);
  std::uint32_t& first = effect_at(effects_of_[c], key);
  if (first != effect::unknown) return;
  first = effect::asked_for;
  std::vector<place_to_start>& starts = asked_for_.starts;
  if (starts.empty() || !std::equal(state.begin(), state.end(), starts.back().state.begin())) {
    starts.push_back({row(state.begin(), state.end()), asked_for_.questions.size(), {}, 0});
  }
  asked_for_.questions.push_back({static_cast<std::uint32_t>(starts.size() - 1), c, key});
}

situation space::run(const command& c, const situation& from, std::uint32_t skip, outcome_of& o) const {
  situation to = from;
  const outcome answered = apply(to.w, c, kernel_);
  const ovlsim::step happened{from.w, c, answered, to.w, from.past, kernel_};
  for (std::uint32_t p = 0; p < asked_.size(); ++p) {
    if ((skip >> p & 1) != 0) continue;
    const finding f = asked_[p].judge(happened);
    if (f.what != finding::kind::silent) o.said.happened |= 1U << p;
    if (f.what == finding::kind::broken) o.said.broken |= 1U << p;
  }
  if (remembers_something_) to.past = remember(happened, needs_, cones_.lowers);
  o.changes = !is_unchanged(to.w, from.w) || to.past != from.past;
  if (o.changes) put_situation_in_form(to, &from.w);
  o.names = to.w.names.size();
  return to;
}

/// Most steps lead to what was there before: then numbers are all that is left of the world, before another thread sees it.
space::outcome_of space::answer(const question& q, const situation& from) const {
  outcome_of o;
  situation to = run(effects_of_[q.command].what, from, in_work_.skip, o);
  if (!o.changes) return o;
  changed_parts changed = store_->changes(to, &from);
  const bool has_new_ones = std::any_of(changed.begin(), changed.end(), [](const changed_part& c) { return c.number == no_number; });
  if (!has_new_ones) look_up_blocks(q, changed, o);
  if (!o.next.empty()) return o;
  o.unknown = std::make_unique<unknown_world>();
  o.unknown->changed = std::move(changed);
  if (has_new_ones) o.unknown->to = std::move(to);
  return o;
}

/// The blocks in the cone when the parts are these; `number(b, row)` gives that of a block that has changed. Nothing when it has none, or
/// the block is not in the cone.
template <class Number>
std::optional<row> space::blocks_after(const question& q, const row& parts, const Number& number) const {
  const place_to_start& from = in_work_.starts[q.start];
  const std::vector<std::uint32_t>& cone = effects_of_[q.command].cone;
  row next;
  for (const std::uint32_t b : cone) next.push_back(from.state[b]);
  for (std::uint32_t b = 0; b < blocks_.size(); ++b) {
    row in_block;
    for (const std::uint32_t place : blocks_[b].places) in_block.push_back(parts[place]);
    const std::span<const std::uint32_t> before = blocks_[b].rows[from.state[b]];
    if (std::equal(before.begin(), before.end(), in_block.begin())) continue;
    const auto in_cone = std::find(cone.begin(), cone.end(), b);
    const std::uint32_t now = in_cone == cone.end() ? no_number : number(b, in_block);
    if (now == no_number) return std::nullopt;
    next[static_cast<std::size_t>(in_cone - cone.begin())] = now;
  }
  return next;
}

void space::look_up_blocks(const question& q, const changed_parts& changed, outcome_of& o) const {
  row parts = in_work_.starts[q.start].parts;
  for (const changed_part& c : changed) parts[c.place] = c.number;
  const std::optional<row> next = blocks_after(q, parts, [&](std::uint32_t b, const row& in_block) { return blocks_[b].rows.look_up(in_block); });
  if (next) o.next.assign(next->begin(), next->end());
}

void space::begin_work(team& workers, std::uint32_t skip, std::uint32_t known) {
  std::swap(in_work_, asked_for_);
  in_work_.skip = skip;
  in_work_.known = known;
  constexpr std::size_t worth_it = 16;  // to wake others takes longer than a few commands
  in_work_.is_shared = !workers.is_one() && in_work_.starts.size() >= worth_it;
  if (!in_work_.is_shared) return;
  in_work_.answers.resize(in_work_.questions.size());
  own_.resize(workers.size());
  workers.begin(in_work_.starts.size(), [this](std::size_t n, unsigned thread) { work_out(n, answers_of(n), &own_[thread]); });
}

bool space::finish_work(team& workers) {
  if (in_work_.is_shared) workers.finish();
  std::vector<outcome_of> at_hand;
  for (std::size_t n = 0; n < in_work_.starts.size() && is_right_; ++n) {
    if (!in_work_.is_shared) {
      at_hand.resize(questions_of(n).size());
      work_out(n, at_hand, nullptr);
      is_right_ = enter_all(n, at_hand);
    } else {
      is_right_ = enter_all(n, answers_of(n));
    }
  }
  in_work_.questions.clear();
  in_work_.starts.clear();
  in_work_.answers.clear();
  return is_right_;
}

std::span<const space::question> space::questions_of(std::size_t start) const {
  const std::vector<place_to_start>& starts = in_work_.starts;
  const std::size_t end = start + 1 < starts.size() ? starts[start + 1].first_question : in_work_.questions.size();
  return std::span(in_work_.questions).subspan(starts[start].first_question, end - starts[start].first_question);
}
std::span<space::outcome_of> space::answers_of(std::size_t start) {
  return std::span(in_work_.answers).subspan(in_work_.starts[start].first_question, questions_of(start).size());
}

void space::work_out(std::size_t start, std::span<outcome_of> answers, own_parts* own) {
  place_to_start& from = in_work_.starts[start];
  from.parts = parts_of(from.state);
  const situation s = store_->made_of(from.parts, own);
  from.names = s.w.names.size();
  const std::span<const question> questions = questions_of(start);
  for (std::size_t n = 0; n < questions.size(); ++n) answers[n] = answer(questions[n], s);
}

/// In their order. One that makes names is worked out again where others have taken their numbers meanwhile.
bool space::enter_all(std::size_t start, std::span<outcome_of> answers) {
  const place_to_start& from = in_work_.starts[start];
  const std::span<const question> questions = questions_of(start);
  for (std::size_t n = 0; n < questions.size(); ++n) {
    const bool makes_names = answers[n].changes && answers[n].names != from.names;
    if (makes_names && from.names != store_->names().size()) answers[n] = answer(questions[n], store_->made_of(from.parts));
    if (!enter(questions[n], std::move(answers[n]))) return false;
  }
  return true;
}

/// Numbers what is new. Nothing when that is not in the cone.
std::optional<row> space::next_blocks(const question& q, const outcome_of& o) {
  const place_to_start& from = in_work_.starts[q.start];
  if (!o.changes) {
    row next;
    for (const std::uint32_t b : effects_of_[q.command].cone) next.push_back(from.state[b]);
    return next;
  }
  if (!o.next.empty()) return row(o.next.begin(), o.next.end());
  const unknown_world& unknown = *o.unknown;
  row parts = from.parts;
  if (unknown.to) {
    if (o.names > store_->names().size()) store_->names() = unknown.to->w.names;
    parts = store_->numbers_of(*unknown.to, unknown.changed, std::move(parts));
  } else {
    for (const changed_part& c : unknown.changed) parts[c.place] = c.number;
  }
  return blocks_after(q, parts, [&](std::uint32_t b, const row& in_block) {
    const std::uint32_t number = blocks_[b].rows.number_of(in_block);
    blocks_[b].effects.grow(blocks_[b].rows.size());
    return number;
  });
}

bool space::enter(const question& q, outcome_of&& o) {
  const std::optional<row> next = next_blocks(q, o);
  if (!next) return false;
  ++effects_;
  command_effects& e = effects_of_[q.command];
  if (e.cone.size() != 1) std::copy(next->begin(), next->end(), e.nexts[q.key]);
  std::uint32_t& first = effect_at(e, q.key);
  first = next->front();
  const news said{o.said.broken, o.said.happened & ~in_work_.known};
  if ((said.broken | said.happened) != 0) {
    first |= effect::has_news;
    e.untold[q.key] = said;
  }
  return true;
}

std::uint64_t space::memory() const {
  constexpr std::uint64_t untold_size = 64;  // a node of the map
  std::uint64_t bytes = store_->memory();
  for (const block& b : blocks_) bytes += b.rows.memory() + b.effects.memory();
  for (const command_effects& e : effects_of_) bytes += e.keys.memory() + e.nexts.memory() + e.untold.size() * untold_size;
  return bytes;
}

}  // namespace ovlsim::explore_parts
