// SPDX-License-Identifier: Apache-2.0
//
// Are the written stories strong enough? Each decision of Linux 6.18 is made to give one answer always, each condition of the inode
// cache's key and of verify is fixed; some expectation of some story must fail then. A mutant that none sees is listed here with the
// reason.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "ovlsim/coverage.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::testing {
namespace {

/// Mutants that no expectation of a story sees, each with the reason and with the test that does.
const std::map<std::string, std::string>& seen_elsewhere() {
  static const std::string table = "rules_inode_cache_test.cpp holds the whole table of verify against the kernel's";
  static const std::map<std::string, std::string> all = {
      {"root_origin_log always in full", "no expectation says that a line is missing; kernels_test.cpp compares whole answers"},
      {"workdir_order always after the lowers", "the new mount API looks for all layers first; kernels_test.cpp sees it on those before"},
      {"verify_inode as if the inode had a lower", table + "; needs a directory without a lower that is looked up twice while its inode is cached"},
      {"verify_inode as if not the inode had a lower", table + "; needs the same of a directory that has lost its lower"},
      {"verify_inode as if the inode had an upper", table + "; needs the same of a directory without an upper"},
  };
  return all;
}

std::vector<scenario> written_stories() {
  std::vector<std::string> files;
  for (const char* place : {"/examples", "/examples/peers", "/proptests/kernels", "/proptests/identity"}) {
    const std::string directory = std::string(OVLSIM_SOURCE_DIR) + place;
    if (!std::filesystem::is_directory(directory)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      if (entry.path().extension() == ".ovl") files.push_back(entry.path().string());
    }
  }
  std::vector<scenario> stories;
  for (const std::string& file : files) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    stories.push_back(parse_scenario(text.str(), file).value);
  }
  // Those that hold on 6.18: a peer's case may be about an older kernel.
  std::erase_if(stories, [](const scenario& s) { return !check_expectations(s, run_on_model(s, linux_6_18)).empty(); });
  return stories;
}

struct mutant {
  std::string name;
  kernel k;
};

template <class Question, class Answer, Answer answer>
Answer always(const Question&) {
  return answer;
}

class mutants {
 public:
  explicit mutants(const std::vector<scenario>& stories) {
    for (const scenario& s : stories) run_on_model(s, linux_6_18, &seen_);
  }

  /// The decision `place` of decisions(), always with one of its answers; not the one that it never differs from.
  template <class Question, class Answer>
  void constants(std::size_t place, rule<Question, Answer> kernel::*member) {
    using decide = Answer (*)(const Question&);
    constexpr std::array<decide, 4> all = {always<Question, Answer, Answer{0}>, always<Question, Answer, Answer{1}>,
                                           always<Question, Answer, Answer{2}>, always<Question, Answer, Answer{3}>};
    const decision_info& d = decisions()[place];
    ASSERT_LE(d.answers.size(), all.size()) << d.name;
    for (std::size_t a = 0; a < d.answers.size(); ++a) {
      if (!only_answer(place, a)) add(std::string(d.name) + " always " + std::string(d.answers[a]), member, all[a]);
    }
  }

  template <class Question, class Answer>
  void add(const std::string& name, rule<Question, Answer> kernel::*member, Answer (*decide)(const Question&)) {
    mutant m{name, linux_6_18};
    m.k.*member = {"mutant", decide};
    made.push_back(m);
  }

  std::vector<mutant> made;

 private:
  bool only_answer(std::size_t place, std::size_t answer) const {
    for (std::size_t a = 0; a < decisions()[place].answers.size(); ++a) {
      if (a != answer && seen_.times(place, a) > 0) return false;
    }
    return true;
  }

  decision_coverage seen_;
};

template <auto field, auto value>
inode_key_answer key_with(const inode_key_question& q) {
  inode_key_question fixed = q;
  fixed.*field = value;
  return linux_6_18.inode_key(fixed);
}
template <auto option, bool value>
inode_key_answer key_with_option(const inode_key_question& q) {
  inode_key_question fixed = q;
  fixed.opts.*option = value;
  return linux_6_18.inode_key(fixed);
}
template <auto field, bool value>
verify_answer verify_with(const verify_question& q) {
  verify_question fixed = q;
  fixed.*field = value;
  return linux_6_18.verify_inode(fixed);
}

template <auto field>
void fix_key(mutants& m, const std::string& name) {
  m.add("inode_key as if " + name, &kernel::inode_key, key_with<field, true>);
  m.add("inode_key as if not " + name, &kernel::inode_key, key_with<field, false>);
}
template <auto field>
void fix_verify(mutants& m, const std::string& name) {
  m.add("verify_inode as if " + name, &kernel::verify_inode, verify_with<field, true>);
  m.add("verify_inode as if not " + name, &kernel::verify_inode, verify_with<field, false>);
}

void all_constants(mutants& m) {
  std::size_t place = 0;
  const auto each = [&](auto... members) { (m.constants(place++, members), ...); };
  each(&kernel::lower_uuid, &kernel::follow_origin, &kernel::origin_type, &kernel::inode_key, &kernel::verify_inode,
       &kernel::store_origin, &kernel::mkdir_opaque);
  m.add("xino_bits always off", &kernel::xino_bits, always<xino_bits_question, xino_bits_answer, -1>);
  m.add("xino_bits always one filesystem", &kernel::xino_bits, always<xino_bits_question, xino_bits_answer, 0>);
  m.add("xino_bits always two", &kernel::xino_bits, always<xino_bits_question, xino_bits_answer, 2>);
  ++place;
  each(&kernel::nlink, &kernel::refuse, &kernel::option, &kernel::mount_api, &kernel::overlay_uuid, &kernel::own_xattrs,
       &kernel::whiteout_xattr, &kernel::metacopy_value, &kernel::root_origin_log, &kernel::taken_name, &kernel::tmpfile_dentry,
       &kernel::index_upper, &kernel::user_xattrs, &kernel::erofs_handle, &kernel::clone_uuid, &kernel::layer_errors,
       &kernel::tmpfs_order, &kernel::xino_auto, &kernel::lost_metacopy_log, &kernel::d_ino_failure, &kernel::upper_in_lower,
       &kernel::incompat, &kernel::data_layers, &kernel::whiteout_link, &kernel::noxattr_log, &kernel::encode_log,
       &kernel::can_decode, &kernel::origin_lookup, &kernel::root_origin_check, &kernel::dir_origin_check, &kernel::origin_conflict,
       &kernel::revalidate, &kernel::stored_instance, &kernel::copied_up_key, &kernel::moved_file,
       &kernel::const_ino, &kernel::index_mismatch, &kernel::origin_ino, &kernel::layer_dev, &kernel::xino_range, &kernel::d_ino,
       &kernel::once_merged, &kernel::foreign_xattr, &kernel::whiteout_inode, &kernel::conflicts, &kernel::layer_traps, &kernel::in_use,
       &kernel::open_file, &kernel::fix_origin, &kernel::tmpfs_uuid, &kernel::filesystem, &kernel::index_owner,
       &kernel::inode_failure_log, &kernel::middle_metacopy,
       &kernel::workdir_order, &kernel::cleanup_error, &kernel::tmpfile_probe, &kernel::rename_whiteout_probe,
       &kernel::protattr);
  EXPECT_EQ(place, decisions().size()) << "a decision without its mutants";
}

void all_conditions(mutants& m) {
  using key = inode_key_question;
  fix_key<&key::overlay_has_upper>(m, "the overlay had an upper");
  fix_key<&key::upper>(m, "there were an upper");
  fix_key<&key::indexed>(m, "it were indexed");
  fix_key<&key::lower_is_dir>(m, "the lower were a directory");
  m.add("inode_key as if not a lower", &kernel::inode_key, key_with<&key::lower, false>);
  m.add("inode_key as if the lower had one link", &kernel::inode_key, key_with<&key::lower_nlink, 1U>);
  m.add("inode_key as if the lower had two links", &kernel::inode_key, key_with<&key::lower_nlink, 2U>);
  m.add("inode_key as if index=on", &kernel::inode_key, key_with_option<&options_in_force::index, true>);
  m.add("inode_key as if index=off", &kernel::inode_key, key_with_option<&options_in_force::index, false>);
  m.add("inode_key as if nfs_export=on", &kernel::inode_key, key_with_option<&options_in_force::nfs_export, true>);
  m.add("inode_key as if nfs_export=off", &kernel::inode_key, key_with_option<&options_in_force::nfs_export, false>);
  using verify = verify_question;
  fix_verify<&verify::is_dir>(m, "it were a directory");
  fix_verify<&verify::strict>(m, "strict");
  fix_verify<&verify::lower>(m, "a lower were given");
  fix_verify<&verify::upper>(m, "an upper were given");
  fix_verify<&verify::inode_lower>(m, "the inode had a lower");
  fix_verify<&verify::inode_upper>(m, "the inode had an upper");
  fix_verify<&verify::same_lower>(m, "the lowers were the same");
  fix_verify<&verify::same_upper>(m, "the uppers were the same");
}

TEST(Mutants, EachIsSeenByAnExpectationOfAWrittenStory) {
  const std::vector<scenario> stories = written_stories();
  ASSERT_GT(stories.size(), 40U);
  mutants all(stories);
  all_constants(all);
  all_conditions(all);
  ASSERT_GT(all.made.size(), 70U);
  std::vector<std::string> survivors;
  for (const mutant& m : all.made) {
    bool seen = false;
    for (std::size_t i = 0; !seen && i < stories.size(); ++i) {
      seen = !check_expectations(stories[i], run_on_model(stories[i], m.k)).empty();
    }
    if (!seen) survivors.push_back(m.name);
    EXPECT_EQ(seen, !seen_elsewhere().contains(m.name)) << m.name << (seen ? ": is seen, though listed as not" : ": no story sees it");
  }
  RecordProperty("mutants", static_cast<int>(all.made.size()));
  RecordProperty("survivors", static_cast<int>(survivors.size()));
}

}  // namespace
}  // namespace ovlsim::testing
