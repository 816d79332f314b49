// SPDX-License-Identifier: Apache-2.0
//
// The claim of this project: on random life stories the model answers what this machine's kernel answers. OVLSIM_LIVE_STORIES
// asks for more of them (or fewer), OVLSIM_LIVE_SEED for others.
#include <gtest/gtest.h>

#include <cstdlib>

#include "ovlsim/compare.hpp"
#include "ovlsim/live.hpp"
#include "ovlsim/random.hpp"

namespace {

using namespace ovlsim;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : std::strtoull(value, nullptr, 10);
}

std::string in_words(const std::vector<difference>& found) {
  std::string words;
  for (const difference& d : found) {
    words += "line " + std::to_string(d.line) + ": " + d.verb + ": " + d.what + ": model " + d.left + ", kernel " + d.right + "\n";
  }
  return words;
}

TEST(live_compare, random_stories_have_the_same_answers) {
  if (const std::string reason = live::missing(); !reason.empty()) GTEST_SKIP() << reason;
  const std::uint64_t stories = from_environment("OVLSIM_LIVE_STORIES", 1000);
  const std::uint64_t seed = from_environment("OVLSIM_LIVE_SEED", 2);
  live::session session;
  int different = 0;
  for (std::uint64_t i = 0; i < stories && different < 10; ++i) {
    const std::uint64_t its_seed = story_seed(seed, i);
    const scenario s = random_story(its_seed, random_shape(its_seed));
    const live::result live = session.run(s);
    ASSERT_EQ(live.error, "") << "story " << i << " of seed " << seed << "\n" << print(s);
    const std::vector<difference> found = compare_runs(run_on_model(s, linux_6_18), live.answers);
    if (found.empty()) continue;
    ++different;
    ADD_FAILURE() << in_words(found) << "for a smaller one: ovlsim compare --random 1 --seed " << seed << " --story " << i << "\n"
                  << print(s);
  }
}

}  // namespace
