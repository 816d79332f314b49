// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/random.hpp"

#include <gtest/gtest.h>

namespace ovlsim {
namespace {

TEST(reference, random) {
  //! [random]
  const std::uint64_t seed = story_seed(1, 0);  // the first story of `ovlsim compare --random N --seed 1`
  const scenario story = random_story(seed, random_shape(seed));
  EXPECT_EQ(print(story), print(random_story(seed, random_shape(seed))));

  story_statistics touched;
  touched.add(story);
  EXPECT_GT(touched.of("verb stat"), 0U);
  //! [random]
}

}  // namespace
}  // namespace ovlsim
