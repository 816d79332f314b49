// SPDX-License-Identifier: Apache-2.0
//
// Explanations: derived from what happened and not from what things are called, told in 100 columns, and true to the answers.
#include "ovlsim/explain.hpp"
#include "ovlsim/policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "explain/decision_words.hpp"
#include "explain/handles.hpp"
#include "explain/record.hpp"
#include "ovlsim/random.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

constexpr std::uint64_t explained_stories = 150;

scenario parsed(std::string_view text) {
  const parsed_scenario p = parse_scenario(text, "story");
  for (const scenario_error& e : p.errors) ADD_FAILURE() << to_string(e);
  return p.value;
}

std::string file_text(const std::string& name) {
  std::ifstream stream(OVLSIM_SOURCE_DIR "/" + name);
  std::stringstream text;
  text << stream.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

explanation explained(std::string_view text, const kernel& k = linux_6_18) { return explain(parsed(text), k); }

std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

/// Whether some premise of the finding has this text.
bool has_premise(const explained_finding& f, const std::string& part) {
  return std::any_of(f.premises.begin(), f.premises.end(), [&](const std::string& p) { return p.find(part) != std::string::npos; });
}

scenario random_one(std::uint64_t index) {
  const std::uint64_t seed = story_seed(17, index);
  story_shape shape = random_shape(seed);
  shape.all_features = index % 2 == 0;
  return random_story(seed, shape);
}

TEST(Explain, ProvesTheCollisionInUnderFortyLines) {
  const explanation e = explained(file_text("examples/00-collision.ovl"));
  EXPECT_LT(lines_of(to_text(e, {})), 40U);
  ASSERT_EQ(e.findings.size(), 1U);
  const explained_finding& f = e.findings[0];
  EXPECT_NE(f.claim.find("line 23"), std::string::npos);
  EXPECT_TRUE(has_premise(f, "Line 11 copied up low:/A, then inode 1, to up:/u/A: its origin says UUID null, inode 1, generation 0"));
  EXPECT_TRUE(has_premise(f, "Line 17 replaced low: in the new image, no UUID either, inode 1 is low:/B"));
  EXPECT_TRUE(has_premise(f, "Line 19 copied up low:/B, inode 1, to up:/u/B: its origin is the same, byte for byte"));
  EXPECT_TRUE(has_premise(f, "Line 21: low has no UUID; with xino=on, its handles are decoded [null-uuid-needs-opt-in]"));
  EXPECT_TRUE(has_premise(f, "the cached upper is another [given-parts-match]"));
  EXPECT_NE(f.therefore.find("up:/u/ZA and up:/u/B claim one lower inode"), std::string::npos);
}

/// The words are about this story's files: other names, in the same order, give the same proof about those.
TEST(Explain, FollowsTheWorldsAndNotTheNames) {
  std::string story = file_text("examples/00-collision.ovl");
  std::string told = to_text(explained(story), {});
  for (const auto& [from, to] : {std::pair{"/ZA", "/zq"}, std::pair{"/A", "/q"}, std::pair{"/B", "/r"}, std::pair{"build", "forge"}}) {
    story = replaced(story, from, to);
    told = replaced(told, from, to);
  }
  EXPECT_EQ(to_text(explained(story), {}), told);
}

TEST(Explain, FindsAnotherFilesData) {
  const explanation e = explained(file_text("examples/08-collision-that-is-silent.ovl"));
  ASSERT_EQ(e.findings.size(), 1U);
  EXPECT_NE(e.findings[0].therefore.find("m:/B is the inode of up:/u/ZA"), std::string::npos) << e.findings[0].therefore;
  EXPECT_TRUE(has_premise(e.findings[0], "Line 16 replaced low"));
}

TEST(Explain, FindsNothingWhereNothingWentWrong) {
  for (const char* file : {"examples/01-copy-up-keeps-the-inode-number.ovl", "examples/04-hard-link-broken.ovl", "examples/12-reused-inode-number.ovl",
                           "examples/13-collision-not-followed.ovl", "examples/18-hard-link-kept.ovl"}) {
    EXPECT_TRUE(explained(file_text(file)).findings.empty()) << file << "\n" << to_text(explained(file_text(file)), {});
  }
}

/// An image that was built again with the same files is no other image: the origins mean the same files.
TEST(Explain, TakesARebuiltImageForTheSameFiles) {
  const explanation e = explained(R"(
mkfs build tmpfs
create build:/A "A"
create build:/B "B"
mksquashfs low build:/
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
append m:/A "!"
umount m
mksquashfs low build:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
stat m:/A
stat m:/B
)");
  EXPECT_TRUE(e.findings.empty()) << to_text(e, {});
}

TEST(Explain, ProvesAnExpectationThatDidNotHold) {
  const explanation e = explained(R"(
mkfs low ext4
create low:/a "1"
link low:/a low:/b
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/a                 -> ino=$a
append m:/a "!"
stat m:/a                 -> ino=$a
)");
  ASSERT_EQ(e.findings.size(), 1U) << to_text(e, {});
  const explained_finding& f = e.findings[0];
  EXPECT_EQ(e.steps[f.step].line, 11);
  ASSERT_EQ(e.steps[f.step].failed.size(), 1U);
  EXPECT_TRUE(has_premise(f, "holds no handle: the lower has 2 links and there is no index")) << to_text(e, {});
  EXPECT_TRUE(has_premise(f, "Line 9, which bound $a: m:/a: "));
  EXPECT_NE(f.therefore.find("what answers here is not what answered at line 9"), std::string::npos);
}

/// The rule that decided is named, also where a policy put another one in its place.
TEST(Explain, NamesTheRuleThatDecided) {
  kernel k = linux_6_18;
  k.lower_uuid = {"my-own-rule", [](const uuid_question&) { return uuid_answer::bad; }};
  const explanation e = explained(file_text("examples/00-collision.ovl"), k);
  EXPECT_NE(to_text(e, {.verbose = true}).find("[my-own-rule]"), std::string::npos);
  ASSERT_EQ(e.findings.size(), 1U);  // the story expects ESTALE
  EXPECT_TRUE(has_premise(e.findings[0], "[my-own-rule]"));
}

TEST(Explain, OneStepAlone) {
  const explanation e = explained(file_text("examples/00-collision.ovl"));
  const std::string step = to_text(e, {.step = 8});
  EXPECT_EQ(step.substr(0, step.find("  ->")), "11  append m:/A \"!\"");
  EXPECT_NE(step.find("trusted.overlay.origin: UUID null, FILEID_INO32_GEN, inode 1, generation 0"), std::string::npos);
  EXPECT_EQ(step.find("Found"), std::string::npos);
  EXPECT_NE(to_text(e, {.step = 19}).find("Found at line 23"), std::string::npos);
  EXPECT_NE(to_text(e, {.verbose = true, .step = 8}).find("its bytes are 0x00fb1d0001"), std::string::npos);
}

TEST(Explain, FitsIn100ColumnsAndChangesNoAnswer) {
  for (std::uint64_t i = 0; i < explained_stories; ++i) {
    const scenario s = random_one(i);
    const explanation e = explain(s, linux_6_18);
    const std::vector<answered> answers = run_on_model(s, linux_6_18);
    ASSERT_EQ(e.steps.size(), answers.size());
    for (std::size_t n = 0; n < answers.size(); ++n) ASSERT_EQ(e.steps[n].result, answers[n].result) << print(s);
    for (const bool verbose : {false, true}) {
      std::istringstream text(to_text(e, {.verbose = verbose}));
      for (std::string line; std::getline(text, line);) {
        const auto wide = std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
        ASSERT_LE(wide, 100) << line;
      }
    }
    ASSERT_EQ(to_text(explain(s, linux_6_18), {.verbose = true}), to_text(e, {.verbose = true}));
  }
}

/// A proof has premises, and a finding is told where it happened.
TEST(Explain, EveryFindingHasPremisesAndAConclusion) {
  std::size_t found = 0;
  for (std::uint64_t i = 0; i < explained_stories; ++i) {
    for (const explained_finding& f : explain(random_one(i), linux_6_18).findings) {
      ++found;
      EXPECT_FALSE(f.premises.empty()) << f.claim;
      EXPECT_FALSE(f.therefore.empty()) << f.claim;
      for (const std::string& p : f.premises) EXPECT_EQ(p.find("inode 0"), std::string::npos) << p;
    }
  }
  EXPECT_GT(found, 10U);
}

/// Each decision that is ever taken has words for its answer, and each release's stories are told.
TEST(Explain, HasWordsForEveryDecision) {
  std::set<std::pair<std::size_t, std::size_t>> told;
  const auto look = [&](const scenario& s, const kernel& k) {
    for (const explaining::recorded_step& step : explaining::record(s, k).steps) {
      for (const explaining::event& e : step.events) {
        const auto* d = std::get_if<explaining::decided>(&e);
        if (d == nullptr) continue;
        const explaining::decision_words words = explaining::words_of(d->what);
        EXPECT_FALSE(words.why.empty()) << d->rule;
        EXPECT_FALSE(words.why.ends_with('.')) << words.why;
        told.insert({d->what.index(), answer_index(d->what)});
      }
    }
  };
  const auto look_at_stories = [&](const kernel& k) {
    for (const decision_info& d : decisions()) {
      std::ifstream stream(OVLSIM_SOURCE_DIR "/proptests/kernels/" + std::string(d.name) + ".ovl");
      std::stringstream text;
      text << stream.rdbuf();
      if (!text.str().empty()) look(parsed(text.str()), k);
    }
  };
  for (const kernel_series& k : kernel_history()) {
    for (std::uint64_t i = 0; i < explained_stories; ++i) look(random_one(i), *kernel_named(k.name));
    look_at_stories(*kernel_named(k.name));
  }
  for (const policy& p : policies()) look_at_stories(*with_policies(linux_6_18, p.name).value);
  std::set<std::size_t> kinds;
  for (const auto& [kind, answer] : told) kinds.insert(kind);
  EXPECT_EQ(kinds.size(), decisions().size());
}

TEST(Explain, DecodesTheHandlesOfEachFilesystem) {
  struct made {
    const char* story;
    const char* words;
  };
  constexpr std::array<made, 6> all = {{
      {"mkfs low ext4 uuid=11111111-2222-4333-8444-555555555555", "FILEID_INO32_GEN"},
      {"mkfs low xfs uuid=11111111-2222-4333-8444-555555555555", "FILEID_INO64_GEN"},
      {"mkfs low btrfs uuid=11111111-2222-4333-8444-555555555555", "FILEID_BTRFS_WITHOUT_PARENT"},
      {"mkfs low tmpfs", "FILEID_INO32_GEN"},
      {"mkfs b tmpfs\nmksquashfs low b:/", "FILEID_INO32_GEN"},
      {"mkfs b tmpfs\nmkerofs low b:/ uuid=11111111-2222-4333-8444-555555555555", "FILEID_INO64_GEN"},
  }};
  for (const made& m : all) {
    const bool image = std::string_view(m.story).starts_with("mkfs b");
    const std::string make = m.story;
    const std::size_t second = make.find('\n');
    const std::string text = (image ? make.substr(0, second) + "\ncreate b:/f \"1\"" + make.substr(second) : make + "\ncreate low:/f \"1\"") +
                             "\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
                             "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nstat low:/f\nappend m:/f \"!\"\n"
                             "getxattr up:/u/f trusted.overlay.origin\n";
    const scenario s = parsed(text);
    const std::vector<answered> answers = run_on_model(s, linux_6_18);
    const auto* value = std::get_if<answer::value>(&answers.back().result.fields);
    ASSERT_NE(value, nullptr) << text;
    const auto handle = explaining::decode_handle(value->bytes);
    ASSERT_TRUE(handle && handle->known) << text;
    EXPECT_EQ(handle->ino, std::get<answer::stat>(answers[answers.size() - 3].result.fields).ino) << text;
    EXPECT_NE(explaining::in_words(*handle).find(m.words), std::string::npos) << explaining::in_words(*handle);
    const bool has_uuid = std::string_view(m.story).find("uuid=") != std::string_view::npos;
    EXPECT_EQ(explaining::in_words(*handle).find("11111111-2222-4333-8444-555555555555") != std::string::npos, has_uuid);
  }
  EXPECT_FALSE(explaining::decode_handle("no handle"));
  EXPECT_FALSE(explaining::decode_handle(""));
}

/// Layers on an overlay are named by its paths, also when that has no name any more.
TEST(Explain, TellsOfLayersOnAnOverlay) {
  const scenario s = parsed(file_text("examples/21-overlay-on-overlay.ovl"));
  const std::string text = to_text(explain(s, linux_6_18), {.verbose = true});
  for (const char* words : {"m: lower: b:/, overlay, fsid 1", "ovl_get_inode: m:/file: a new inode, hashed by an inode of b",
                            "ovl_copy_up_one: b:/file is copied up to up:/u2/file", "b: unmounted, but another overlay has a layer on it",
                            "lower an unmounted overlay's /two", "an unmounted overlay is gone: no overlay has a layer on it any more"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words;
  }
}

}  // namespace
}  // namespace ovlsim::testing
