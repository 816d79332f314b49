// SPDX-License-Identifier: Apache-2.0
//
// A story from beginning to end.
#include <algorithm>
#include <array>

#include "ovlsim/random.hpp"
#include "random/chapters.hpp"
#include "random/operations.hpp"

namespace ovlsim {
namespace {

using namespace random;

void overlay_story(author& a) {
  const bool sets_module = a.shape.all_features && a.seldom.chance(12);
  if (sets_module) change_module(a);
  make_layers(a);
  mount_overlay(a);
  // The sweep at the end needs room; the cycles before it share the rest.
  constexpr int for_the_sweep = 14;
  const int cycles = a.random.between(1, a.shape.profile == story_profile::identity ? 3 : 2);
  for (int cycle = cycles; cycle > 0; --cycle) {
    const int share = std::max(3, (a.left() - for_the_sweep) / cycle - 6);
    use_overlay(a, share);
    if (cycle == 1 && a.random.chance(25)) break;
    unmount_overlay(a);
    change_layers(a, a.random.between(1, 3));
    if (sets_module && a.seldom.chance(50)) change_module(a);
    mount_overlay(a);
  }
  if (a.left() > for_the_sweep + 2) use_overlay(a, a.left() - for_the_sweep);
  sweep(a);
}

}  // namespace

std::string_view name(story_profile profile) noexcept {
  switch (profile) {
    case story_profile::identity: return "identity";
    case story_profile::names: return "names";
    case story_profile::backing: return "backing";
    case story_profile::mounts: return "mounts";
    case story_profile::handles: break;
  }
  return "handles";
}

std::uint64_t story_seed(std::uint64_t seed, std::uint64_t index) noexcept {
  // Two rounds, so that neighbours in either number have nothing in common.
  return prng(prng(seed).next() ^ index).next();
}

story_shape random_shape(std::uint64_t seed) {
  // Not the numbers that the story itself draws.
  prng random(~seed);
  constexpr std::array<int, story_profiles> often = {38, 24, 12, 14, 12};
  story_shape shape;
  shape.profile = static_cast<story_profile>(random.weighted(often));
  return shape;
}

scenario random_story(std::uint64_t seed, const story_shape& shape) {
  author a(seed, shape);
  if (shape.profile == story_profile::backing) {
    backing_story(a);
  } else {
    overlay_story(a);
  }
  return a.finish();
}

}  // namespace ovlsim
