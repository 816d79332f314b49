// SPDX-License-Identifier: Apache-2.0
//
// Lines are numbered as they are written; a story has neither comments nor expectations.
#include "random/author.hpp"

#include <array>
#include <utility>

namespace ovlsim::random {

taste taste_of(story_profile profile) {
  taste t;
  switch (profile) {
    case story_profile::identity:
      t.images = 65;
      t.same_id = 80;
      t.copied_up = 4;
      t.duplicates = 25;
      t.xino = {30, 5, 10, 55};
      break;
    case story_profile::mounts:
      t.spoiled_mounts = 55;
      t.read_only = 8;
      t.second_overlay = 4;
      t.lower_changes = 35;
      break;
    case story_profile::names:
    case story_profile::backing:
    case story_profile::handles: break;
  }
  return t;
}

mount_options random_features(prng& random) {
  mount_options o;
  constexpr std::array redirects = {redirect_option::on, redirect_option::on, redirect_option::on, redirect_option::nofollow,
                                    redirect_option::follow};
  if (random.chance(80)) o.redirect_dir = random.pick(redirects);
  if (random.chance(35)) o.metacopy = true;
  if (random.chance(45)) o.index = true;
  if (random.chance(30)) {
    o.nfs_export = true;
    if (random.chance(80)) o.metacopy.reset();
  }
  o.userxattr = random.chance(12);
  if (o.userxattr && random.chance(80)) o.redirect_dir.reset();
  return o;
}

author::author(std::uint64_t seed, const story_shape& its_shape)
    : random(seed), seldom(seed ^ 0x6d6f64756c65ULL), shape(its_shape), taste(taste_of(its_shape.profile)) {
  planned_ = random.between(shape.shortest, shape.longest);
  // Few names: a story is about what happens when they meet.
  constexpr std::array<const char*, 8> all = {"a", "b", "c", "d", "e", "f", "aa", "A"};
  const std::size_t first = random.below(3);
  const int count = random.between(4, 6);
  for (int i = 0; i < count; ++i) names_.emplace_back(all[(first + static_cast<std::size_t>(i)) % all.size()]);
  if (shape.all_features) features = random_features(random);
}

void author::write(command c) {
  world.note(c);
  scenario_line line;
  line.number = ++written_;
  line.has_command = true;
  line.what = std::move(c);
  story_.lines.push_back(std::move(line));
}

const std::string& author::name() { return random.pick(names_); }

std::string author::fresh_word(const std::string& stem) {
  const int number = ++words_[stem];
  return number == 1 ? stem : stem + std::to_string(number);
}

std::string author::data() {
  // Told apart when contents end up where they should not.
  std::string text = std::string(1, static_cast<char>('A' + random.below(26))) + std::to_string(written_);
  if (random.chance(8)) text.append(random.below(60), '.');
  if (random.chance(4)) text.clear();
  return text;
}

uuid author::id() {
  uuid result{};
  const std::uint8_t byte = random.chance(70) ? 0x11 : 0x22;
  result.fill(byte);
  return result;
}

scenario author::finish() { return std::move(story_); }

}  // namespace ovlsim::random
