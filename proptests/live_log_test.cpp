// SPDX-License-Identifier: Apache-2.0
//
// The scenarios of examples/log/ on the live kernel: it prints the line that each is there for.
#include <gtest/gtest.h>

#include "ovlsim/explain.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

/// Whether the second line names this kernel's series (`# kernels: 6.6 6.18`), and the third does not except it (`# not live: why`).
bool is_for(std::string_view text, std::string_view series) {
  const std::string kernels = std::string(line_of(text, 2)) + " ";
  const bool named = kernels.find(" " + std::string(series) + " ") != std::string::npos;
  return named && !line_of(text, 3).starts_with("# not live:");
}

TEST(LiveLog, TheKernelPrintsWhatTheScenariosAreThereFor) {
  if (const std::string why = live::missing(); !why.empty()) GTEST_SKIP() << why;
  live::session session;
  std::size_t shown = 0;
  for (const log_entry& e : log_entries()) {
    const std::string_view text = log_scenario(e.name);
    if (text.empty() || !is_for(text, linux_6_18.name)) continue;
    const parsed_scenario parsed = parse_scenario(text, std::string(e.name));
    ASSERT_TRUE(parsed);
    const live::result run = session.run(parsed.value);
    ASSERT_TRUE(run.error.empty()) << e.name << ": " << run.error;
    bool printed = false;
    for (const answered& a : run.answers) {
      for (const std::string& line : a.result.log) {
        const auto entry = log_entry_for(line);
        EXPECT_TRUE(entry) << line;
        printed = printed || (entry && entry->name == e.name);
      }
    }
    EXPECT_TRUE(printed) << e.name;
    for (const failed_expectation& f : check_expectations(parsed.value, run.answers)) {
      ADD_FAILURE() << e.name << ":" << f.line << ": expected " << f.expected << ", got " << f.got;
    }
    ++shown;
  }
  EXPECT_GT(shown, 50U);
}

}  // namespace
}  // namespace ovlsim::testing
