// SPDX-License-Identifier: Apache-2.0
//
// The lines of the kernel log: none of model/overlay/log.cpp is without words and without the scenario that produces it, and every line
// that any story produces is known, as is every line that is in the module of a real kernel.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "ovlsim/explain.hpp"
#include "ovlsim/policy.hpp"
#include "ovlsim/random.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

constexpr std::uint64_t stories = 300;

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// The functions of log.cpp that write a line, in their order, with `-` for `_`.
std::vector<std::string> writers() {
  const std::string source = text_of(OVLSIM_SOURCE_DIR "/model/overlay/log.cpp");
  const std::regex function("(?:^|\n)void (\\w+)\\(context& c[,)]");
  std::vector<std::string> names;
  for (auto at = std::sregex_iterator(source.begin(), source.end(), function); at != std::sregex_iterator(); ++at) {
    std::string name = (*at)[1];
    std::replace(name.begin(), name.end(), '_', '-');
    if (name != "write" && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

/// The kernels that the second line of a scenario names (`# kernels: 6.1 6.18+detect`): behind a `+` are candidate policies. The ones that
/// there are not have an error.
std::vector<policy_result> kernels_of(std::string_view text) {
  std::istringstream names{std::string(line_of(text, 2))};
  std::vector<policy_result> all;
  std::string word;
  names >> word >> word;
  while (names >> word) {
    const std::size_t plus = std::min(word.find('+'), word.size());
    const kernel* base = kernel_named(word.substr(0, plus));
    if (base == nullptr) {
      all.push_back({std::nullopt, "no kernel " + word});
    } else if (plus == word.size()) {
      all.push_back({*base, {}});
    } else {
      all.push_back(with_policies(*base, std::string_view(word).substr(plus + 1)));
    }
  }
  return all;
}

TEST(LogEntries, NoneOfTheModelsLinesIsMissing) {
  const std::vector<std::string> written = writers();
  std::vector<std::string> names;
  for (const log_entry& e : log_entries()) names.emplace_back(e.name);
  EXPECT_GT(written.size(), 70U);
  ASSERT_GE(names.size(), written.size());
  names.resize(written.size());
  EXPECT_EQ(names, written);
}

TEST(LogEntries, SayWhatIsToBeSaid) {
  std::set<std::string_view> patterns;
  for (const log_entry& e : log_entries()) {
    EXPECT_TRUE(patterns.insert(e.pattern).second) << e.pattern;
    for (const std::string_view words : {e.means, e.when, e.risk, e.cure}) {
      EXPECT_FALSE(words.empty()) << e.name;
      EXPECT_TRUE(words.ends_with('.')) << e.name << ": " << words;
    }
    EXPECT_EQ(log_entry_for(e.pattern).value().name, e.name);  // holes of `{}` are text like any other
    EXPECT_NE(e.when.find("ovl_"), std::string_view::npos) << e.name << " names no kernel function";
  }
}

/// Those of the model have a scenario, without exception; those that it does not write have the reason.
TEST(LogEntries, EachOfTheModelHasTheScenarioThatProducesIt) {
  const std::vector<std::string> written = writers();
  for (const log_entry& e : log_entries()) {
    const bool of_model = std::find(written.begin(), written.end(), e.name) != written.end();
    EXPECT_EQ(e.unreached.empty(), of_model) << e.name;
    const std::string_view text = log_scenario(e.name);
    EXPECT_NE(text.empty(), of_model) << e.name;
    if (text.empty()) continue;
    EXPECT_EQ(text, text_of(OVLSIM_SOURCE_DIR "/examples/log/" + std::string(e.name) + ".ovl")) << "configure again";
    const parsed_scenario parsed = parse_scenario(text, std::string(e.name));
    ASSERT_TRUE(parsed) << to_string(parsed.errors.front());
    const std::vector<policy_result> kernels = kernels_of(text);
    ASSERT_FALSE(kernels.empty()) << e.name << ": its second line names no kernels";
    for (const policy_result& k : kernels) {
      ASSERT_TRUE(k.value) << e.name << ": its second line: " << k.error;
      const std::vector<answered> answers = run_on_model(parsed.value, *k.value);
      std::set<std::string> printed;
      for (const answered& a : answers) {
        for (const std::string& line : a.result.log) printed.emplace(log_entry_for(line).value().name);
      }
      EXPECT_TRUE(printed.count(std::string(e.name))) << e.name << " on " << k.value->name;
      for (const failed_expectation& f : check_expectations(parsed.value, answers)) {
        ADD_FAILURE() << e.name << ":" << f.line << " on " << k.value->name << ": expected " << f.expected << ", got " << f.got;
      }
    }
  }
  for (const auto& file : std::filesystem::directory_iterator(OVLSIM_SOURCE_DIR "/examples/log")) {
    EXPECT_FALSE(log_scenario(file.path().stem().string()).empty()) << file.path() << " explains no line";
  }
}

/// Whatever the model prints is known, and as the line that it is: the texts between the holes of its pattern are there.
TEST(LogEntries, KnowEveryLineOfRandomStories) {
  std::map<std::string, std::size_t> seen;
  for (std::uint64_t i = 0; i < stories; ++i) {
    const std::uint64_t seed = story_seed(23, i);
    story_shape shape = random_shape(seed);
    shape.all_features = true;
    const scenario s = random_story(seed, shape);
    for (const kernel_series& k : kernel_history()) {
      for (const answered& a : run_on_model(s, *kernel_named(k.name))) {
        for (const std::string& line : a.result.log) {
          const auto entry = log_entry_for(line);
          ASSERT_TRUE(entry) << line;
          EXPECT_TRUE(entry->unreached.empty()) << line << ": a story does produce it";
          ++seen[std::string(entry->name)];
        }
      }
    }
  }
  EXPECT_GT(seen.size(), 15U);
}

TEST(LogEntries, AreFoundInWhatDmesgShows) {
  for (const char* line : {"overlayfs: failed to get inode (-116)", "failed to get inode (-116)", "[   12.345678] overlayfs: failed to get inode (-116)",
                           "Nov 29 08:00:00 host kernel: overlayfs: failed to get inode (-116)\r"}) {
    ASSERT_TRUE(log_entry_for(line)) << line;
    EXPECT_EQ(log_entry_for(line)->name, "failed-to-get-inode") << line;
  }
  EXPECT_EQ(log_entry_for("overlayfs: failed to verify origin (/, ino=2, err=-116)")->name, "failed-to-verify");
  EXPECT_EQ(log_entry_for("overlayfs: failed to verify index (index/a, ftype=8000, err=-22)")->name, "failed-to-verify-index");
  EXPECT_EQ(log_entry_for("overlayfs: invalid origin (00)")->name, "invalid-origin-bytes");
  EXPECT_EQ(log_entry_for("overlayfs: invalid origin (u/a, ftype=8000, origin ftype=4000).")->name, "invalid-origin");
}

TEST(LogEntries, DoNotKnowTheLinesOfOthers) {
  for (const char* line : {"", "overlayfs: ", "overlayfs: failed to get inode", "overlayfs: failed to get inode (-116) twice", "EXT4-fs (loop0): mounted",
                           "overlayfs: something new"}) {
    EXPECT_FALSE(log_entry_for(line)) << line;
  }
}

}  // namespace
}  // namespace ovlsim::testing
