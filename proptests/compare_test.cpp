// SPDX-License-Identifier: Apache-2.0
//
// When two runs agree: the paragraph "Numbers" of the scenario language, one test a rule, each with a pair that agrees and one
// that does not.
#include "ovlsim/compare.hpp"

#include <gtest/gtest.h>

#include "compare_log.hpp"
#include "text/utf8.hpp"

namespace {

using namespace ovlsim;

answered at(int line, std::string verb, answer_fields fields = {}) {
  return {line, std::move(verb), {errc::ok, std::move(fields), {}}};
}

answered stat_of(int line, std::uint64_t ino, std::uint64_t dev = 1, file_type type = file_type::file) {
  return at(line, "stat", answer::stat{type, 0644, 1, 5, ino, dev});
}

answered failed(int line, std::string verb, std::string_view status, std::vector<std::string> log = {}) {
  return {line, std::move(verb), {*errc_named(status), {}, std::move(log)}};
}

answered ls_of(int line, std::vector<answer::entry> entries) { return at(line, "ls", answer::entries{std::move(entries)}); }

answered logged(int line, std::vector<std::string> log) { return {line, "stat", {errc::ok, {}, std::move(log)}}; }

using run = std::vector<answered>;

// ---- Inode numbers.

TEST(compare, equal_runs_agree) {
  const run r = {at(1, "mkfs"), stat_of(2, 12), failed(3, "stat", "ENOENT")};
  EXPECT_TRUE(compare_runs(r, r).empty());
}

TEST(compare, inode_numbers_agree_up_to_renaming) {
  EXPECT_TRUE(compare_runs({stat_of(1, 12), stat_of(2, 13), stat_of(3, 12)}, {stat_of(1, 34), stat_of(2, 7), stat_of(3, 34)}).empty());
}

TEST(compare, one_number_on_the_left_and_two_on_the_right_differ) {
  const auto found = compare_runs({stat_of(7, 12), stat_of(9, 12)}, {stat_of(7, 34), stat_of(9, 56)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].line, 9);
  EXPECT_EQ(found[0].verb, "stat");
  EXPECT_EQ(found[0].what, "ino");
  EXPECT_EQ(found[0].left, "12, which was 34 at line 7");
  EXPECT_EQ(found[0].right, "56");
}

TEST(compare, two_numbers_on_the_left_and_one_on_the_right_differ) {
  const auto found = compare_runs({stat_of(7, 12), stat_of(9, 13)}, {stat_of(7, 34), stat_of(9, 34)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].left, "13");
  EXPECT_EQ(found[0].right, "34, which was 12 at line 7");
}

TEST(compare, a_contradiction_is_reported_once) {
  run left;
  run right;
  for (int line = 1; line < 10; ++line) {
    left.push_back(stat_of(line, 12));
    right.push_back(stat_of(line, line < 4 ? 34 : 56));
  }
  EXPECT_EQ(compare_runs(left, right).size(), 1U);
}

TEST(compare, a_second_contradiction_is_reported_too) {
  EXPECT_EQ(compare_runs({stat_of(1, 12), stat_of(2, 12), stat_of(3, 12)}, {stat_of(1, 34), stat_of(2, 56), stat_of(3, 78)}).size(), 2U);
}

TEST(compare, what_was_bound_stays_bound_after_a_contradiction) {
  EXPECT_EQ(compare_runs({stat_of(1, 12), stat_of(2, 12), stat_of(3, 12), stat_of(4, 13)},
                         {stat_of(1, 34), stat_of(2, 56), stat_of(3, 34), stat_of(4, 56)})
                .size(),
            1U);
}

TEST(compare, directories_and_other_files_are_renamed_each_for_themselves) {
  const run left = {stat_of(1, 12), stat_of(2, 12, 1, file_type::dir)};
  EXPECT_TRUE(compare_runs(left, {stat_of(1, 34), stat_of(2, 56, 1, file_type::dir)}).empty());
  // A symlink is one of the others.
  EXPECT_FALSE(compare_runs({stat_of(1, 12), stat_of(2, 12, 1, file_type::symlink)},
                            {stat_of(1, 34), stat_of(2, 56, 1, file_type::symlink)})
                   .empty());
}

TEST(compare, inode_numbers_are_renamed_over_the_whole_scenario) {
  EXPECT_EQ(compare_runs({stat_of(1, 12), at(2, "umount"), at(3, "mount"), stat_of(4, 12)},
                         {stat_of(1, 34), at(2, "umount"), at(3, "mount"), stat_of(4, 56)})
                .size(),
            1U);
}

// ---- d_ino shares the renaming.

TEST(compare, d_ino_and_st_ino_share_the_renaming) {
  const run left = {stat_of(1, 12), ls_of(2, {{"a", entry_type::file, 12}})};
  EXPECT_TRUE(compare_runs(left, {stat_of(1, 34), ls_of(2, {{"a", entry_type::file, 34}})}).empty());
  const auto found = compare_runs(left, {stat_of(1, 34), ls_of(2, {{"a", entry_type::file, 56}})});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "entries");
  EXPECT_EQ(found[0].left, "a: ino 12, which was 34 at line 1");
  EXPECT_EQ(found[0].right, "a: ino 56");
}

TEST(compare, d_ino_of_directories_is_renamed_for_itself) {
  const run left = {stat_of(1, 12), ls_of(2, {{"d", entry_type::dir, 12}, {"f", entry_type::other, 12}})};
  EXPECT_TRUE(compare_runs(left, {stat_of(1, 34), ls_of(2, {{"d", entry_type::dir, 56}, {"f", entry_type::other, 34}})}).empty());
}

TEST(compare, a_missing_entry_is_one_report_and_the_others_are_still_compared) {
  const auto found = compare_runs({ls_of(1, {{"a", entry_type::file, 1}, {"b", entry_type::file, 2}, {"c", entry_type::file, 1}})},
                                  {ls_of(1, {{"a", entry_type::file, 5}, {"c", entry_type::dir, 5}})});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].left, "a b c");
  EXPECT_EQ(found[0].right, "a c");
  EXPECT_EQ(found[1].left, "c: file");
  EXPECT_EQ(found[1].right, "c: dir");
}

// ---- Device numbers.

TEST(compare, device_numbers_agree_up_to_renaming) {
  EXPECT_TRUE(compare_runs({stat_of(1, 1, 5), stat_of(2, 2, 5)}, {stat_of(1, 1, 43), stat_of(2, 2, 43)}).empty());
  EXPECT_EQ(compare_runs({stat_of(1, 1, 5), stat_of(2, 2, 6)}, {stat_of(1, 1, 43), stat_of(2, 2, 43)}).size(), 1U);
}

class restarting : public testing::TestWithParam<const char*> {};

TEST_P(restarting, device_numbers_start_anew_after) {
  const run left = {stat_of(1, 1, 5), failed(2, GetParam(), "EBUSY"), stat_of(3, 1, 5)};
  EXPECT_TRUE(compare_runs(left, {stat_of(1, 1, 43), failed(2, GetParam(), "EBUSY"), stat_of(3, 1, 44)}).empty());
}

INSTANTIATE_TEST_SUITE_P(compare, restarting,
                         testing::Values("mount", "umount", "mkfs", "mksquashfs", "mkerofs", "mke2fs", "clone"),
                         [](const auto& verb) { return std::string(verb.param); });

TEST(compare, device_numbers_do_not_start_anew_after_other_commands) {
  const run left = {stat_of(1, 1, 5), at(2, "drop-caches"), at(3, "cp"), stat_of(4, 1, 5)};
  EXPECT_EQ(compare_runs(left, {stat_of(1, 1, 43), at(2, "drop-caches"), at(3, "cp"), stat_of(4, 1, 44)}).size(), 1U);
}

// ---- Statuses and plain fields.

TEST(compare, a_status_brings_its_log_along_and_nothing_else_is_compared) {
  const auto found = compare_runs({stat_of(1, 1)}, {failed(1, "stat", "ESTALE", {"overlayfs: failed to get inode (-116)"})});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "status");
  EXPECT_EQ(found[0].left, "ok");
  EXPECT_EQ(found[0].right, "ESTALE [overlayfs: failed to get inode (-116)]");
}

TEST(compare, every_field_of_stat_is_compared) {
  const answer::stat one{file_type::file, 0644, 1, 5, 12, 1};
  const answer::stat other{file_type::file, 0600, 2, 6, 12, 1};
  const auto found = compare_runs({at(1, "stat", one)}, {at(1, "stat", other)});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].what, "mode");
  EXPECT_EQ(found[0].left, "0644");
  EXPECT_EQ(found[1].what, "nlink");
  EXPECT_EQ(found[2].what, "size");
}

TEST(compare, the_size_of_a_directory_is_no_field) {
  const answer::stat one{file_type::dir, 0755, 2, 4096, 12, 1};
  const answer::stat other{file_type::dir, 0755, 2, 60, 12, 1};
  EXPECT_TRUE(compare_runs({at(1, "stat", one)}, {at(1, "stat", other)}).empty());
}

TEST(compare, numbers_of_different_types_say_nothing) {
  const auto found = compare_runs({stat_of(1, 12, 1, file_type::dir), stat_of(2, 12, 1, file_type::dir)},
                                  {stat_of(1, 34), stat_of(2, 56, 1, file_type::dir)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "type");
}

TEST(compare, data_targets_values_and_names_are_compared) {
  const run left = {at(1, "read", answer::data{"a"}), at(2, "readlink", answer::target{"a"}), at(3, "getxattr", answer::value{"a"}),
                    at(4, "listxattr", answer::names{{"user.a"}})};
  const run right = {at(1, "read", answer::data{"b"}), at(2, "readlink", answer::target{"b"}), at(3, "getxattr", answer::value{"b"}),
                     at(4, "listxattr", answer::names{{"user.a", "user.b"}})};
  EXPECT_TRUE(compare_runs(left, left).empty());
  const auto found = compare_runs(left, right);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].what, "data");
  EXPECT_EQ(found[1].what, "target");
  EXPECT_EQ(found[2].what, "value");
  EXPECT_EQ(found[3].what, "names");
  EXPECT_EQ(found[3].right, "user.a user.b");
}

TEST(compare, a_run_that_ended_early_is_one_report) {
  const auto found = compare_runs({stat_of(1, 1), stat_of(2, 2), stat_of(3, 3)}, {stat_of(1, 1)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].line, 2);
  EXPECT_EQ(found[0].right, "no answer");
}

// ---- The log.

TEST(compare, a_log_line_that_the_kernel_left_out_is_no_difference) {
  EXPECT_TRUE(compare_runs({logged(1, {"overlayfs: a", "overlayfs: b"})}, {logged(1, {"overlayfs: b"})}).empty());
}

TEST(compare, a_log_line_that_the_model_lacks_is_a_difference) {
  const auto found = compare_runs({logged(1, {"overlayfs: a"})}, {logged(1, {"overlayfs: a", "overlayfs: b"})});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "log");
  EXPECT_EQ(found[0].right, "the line: overlayfs: b");
}

TEST(compare, a_log_line_more_often_than_in_the_model_is_a_difference) {
  EXPECT_EQ(compare_runs({logged(1, {"overlayfs: a"})}, {logged(1, {"overlayfs: a", "overlayfs: a"})}).size(), 1U);
}

TEST(compare, the_order_of_log_lines_matters) {
  EXPECT_EQ(compare_runs({logged(1, {"overlayfs: a", "overlayfs: b"})}, {logged(1, {"overlayfs: b", "overlayfs: a"})}).size(), 1U);
}

TEST(compare, lines_about_index_entries_have_no_order_among_themselves) {
  const std::string a = "overlayfs: orphan index entry (index/00fb1d0001, ftype=8000, nlink=2)";
  const std::string b = "overlayfs: failed to verify index (index/00fb1d0001, ftype=8000, err=-116)";
  EXPECT_TRUE(compare_runs({logged(1, {a, b})}, {logged(1, {b, a})}).empty());
  EXPECT_EQ(compare_runs({logged(1, {a, "overlayfs: c"})}, {logged(1, {"overlayfs: c", a})}).size(), 1U);
  EXPECT_EQ(compare_runs({logged(1, {a, "overlayfs: c", b})}, {logged(1, {b, "overlayfs: c", a})}).size(), 1U);
  EXPECT_EQ(compare_runs({logged(1, {a})}, {logged(1, {b, a})}).size(), 1U);
}

TEST(compare, numbers_in_log_lines_are_no_difference) {
  using compare::without_numbers;
  EXPECT_EQ(without_numbers("overlayfs: failed to verify origin (u/b, ino=524292, err=-116)"),
            "overlayfs: failed to verify origin (u/b, ino=N, err=-116)");
  EXPECT_EQ(without_numbers("overlayfs: cleanup of 'work/#1f' failed (-39)"), "overlayfs: cleanup of 'work/#N' failed (-39)");
  const std::string header = "00fb1d0001";
  EXPECT_EQ(without_numbers("overlayfs: invalid origin (" + header + std::string(48, 'a') + ")"),
            "overlayfs: invalid origin (" + header + "...)");
  // Too short for a handle: the bytes are the scenario's own.
  EXPECT_EQ(without_numbers("overlayfs: invalid origin (00fb1d)"), "overlayfs: invalid origin (00fb1d)");
  EXPECT_EQ(without_numbers("overlayfs: failed to get inode (-116)"), "overlayfs: failed to get inode (-116)");
}

// ---- Stored handles.

std::string handle(char uuid, const std::string& id, std::string header = std::string("\0\xfb\x1d\0\1", 5)) {
  return header + std::string(16, uuid) + id;
}

answered value_of(int line, std::string bytes) { return at(line, "getxattr", answer::value{std::move(bytes)}); }

TEST(compare, handles_with_a_null_uuid_and_no_generation_are_equal_byte_for_byte) {
  const std::string none(4, '\0');
  EXPECT_TRUE(compare_runs({value_of(1, handle('\0', "AAAA" + none))}, {value_of(1, handle('\0', "AAAA" + none))}).empty());
  EXPECT_EQ(compare_runs({value_of(1, handle('\0', "AAAA" + none))}, {value_of(1, handle('\0', "BBBB" + none))}).size(), 1U);
}

TEST(compare, a_generation_is_renamed_under_a_null_uuid_too) {  // uuid=off stores none
  const run left = {value_of(1, handle('\0', "AAAAgggg")), value_of(2, handle('\0', "BBBBgggg"))};
  EXPECT_TRUE(compare_runs(left, {value_of(1, handle('\0', "aaaaxxxx")), value_of(2, handle('\0', "bbbbxxxx"))}).empty());
  EXPECT_EQ(compare_runs(left, {value_of(1, handle('\0', "aaaaxxxx")), value_of(2, handle('\0', "aaaaxxxx"))}).size(), 1U);
}

TEST(compare, a_null_uuid_is_not_renamed) {
  EXPECT_EQ(compare_runs({value_of(1, handle('\0', "AAAA"))}, {value_of(1, handle('\1', "AAAA"))}).size(), 1U);
}

TEST(compare, uuid_and_id_of_handles_are_renamed) {
  const run left = {value_of(1, handle('\1', "AAAA")), value_of(2, handle('\1', "BBBB")), value_of(3, handle('\2', "CCCC"))};
  EXPECT_TRUE(compare_runs(left, {value_of(1, handle('x', "aaaa")), value_of(2, handle('x', "bbbb")), value_of(3, handle('y', "cccc"))}).empty());
  // One UUID where the model has two.
  EXPECT_EQ(compare_runs(left, {value_of(1, handle('x', "aaaa")), value_of(2, handle('x', "bbbb")), value_of(3, handle('x', "cccc"))}).size(), 1U);
  // One file where the model has two.
  EXPECT_EQ(compare_runs(left, {value_of(1, handle('x', "aaaa")), value_of(2, handle('x', "aaaa")), value_of(3, handle('y', "cccc"))}).size(), 1U);
}

TEST(compare, header_and_length_of_handles_are_equal) {
  const std::string longer = handle('\1', "AAAAAAAA");
  const std::string other_type = handle('\1', "AAAA", std::string("\0\xfb\x1d\0\x81", 5));
  EXPECT_EQ(compare_runs({value_of(1, handle('\1', "AAAA"))}, {value_of(1, longer)}).size(), 1U);
  EXPECT_EQ(compare_runs({value_of(1, handle('\1', "AAAA"))}, {value_of(1, other_type)}).size(), 1U);
}

TEST(compare, entries_of_an_index_are_held_against_each_other_by_what_they_are) {
  const auto name = [](char uuid, const std::string& id) { return text::to_hex(handle(uuid, id)).substr(2); };
  const auto entries = [&](const std::string& first, const std::string& second, std::uint64_t from) {
    return ls_of(1, {{name('x', first), entry_type::file, from + 1}, {name('x', second), entry_type::file, from}});
  };
  // The names sort in another order on the right, the numbers do not.
  EXPECT_TRUE(compare_runs({entries("AAAA", "BBBB", 1)}, {entries("zzzz", "yyyy", 70)}).empty());
  EXPECT_EQ(compare_runs({entries("AAAA", "BBBB", 1)}, {ls_of(1, {{name('x', "zzzz"), entry_type::file, 70}})}).size(), 1U);
  // One handle where the model has two.
  EXPECT_EQ(compare_runs({entries("AAAA", "BBBB", 1)}, {entries("zzzz", "zzzz", 70)}).size(), 1U);
  // Handles of an image are no secret, and names in between are names.
  const auto of_image = [&](char number) { return name('\0', std::string(1, number) + std::string(7, '\0')); };
  EXPECT_TRUE(compare_runs({ls_of(1, {{of_image(1), entry_type::file, 5}})}, {ls_of(1, {{of_image(1), entry_type::file, 7}})}).empty());
  EXPECT_EQ(compare_runs({ls_of(1, {{of_image(1), entry_type::file, 5}})}, {ls_of(1, {{of_image(2), entry_type::file, 7}})}).size(), 1U);
}

TEST(compare, temporary_names_are_held_against_each_other_by_what_they_are) {  // the counter is the machine's
  const auto work = [](const char* first, const char* second) {
    return ls_of(1, {{first, entry_type::file, 5}, {second, entry_type::other, 6}});
  };
  EXPECT_TRUE(compare_runs({work("#1", "#2")}, {work("#af7", "#af9")}).empty());
  EXPECT_EQ(compare_runs({work("#1", "#2")}, {work("#af7", "name")}).size(), 1U);
}

TEST(compare, the_uuid_of_an_overlay_is_renamed) {  // uuid_gen() draws it
  const std::string one("aaaaaa\x40" "a\x80" "aaaaaaa", 16);
  const std::string two("bbbbbb\x4f" "b\xbf" "bbbbbbb", 16);
  EXPECT_TRUE(compare_runs({value_of(1, one), value_of(2, one)}, {value_of(1, two), value_of(2, two)}).empty());
  EXPECT_EQ(compare_runs({value_of(1, one), value_of(2, one)}, {value_of(1, one), value_of(2, two)}).size(), 1U);
  EXPECT_EQ(compare_runs({value_of(1, one)}, {value_of(1, two.substr(1))}).size(), 1U);
  EXPECT_EQ(compare_runs({value_of(1, "not a UUID, text")}, {value_of(1, "nor is this, too")}).size(), 1U);
}
TEST(compare, what_is_no_handle_is_compared_as_it_is) {
  EXPECT_EQ(compare_runs({value_of(1, std::string("\0\xfb", 2) + "a")}, {value_of(1, std::string("\0\xfb", 2) + "b")}).size(), 1U);
  EXPECT_EQ(compare_runs({value_of(1, handle('\1', "AAAA"))}, {value_of(1, "y")}).size(), 1U);
}

// ---- Kinds.

TEST(compare, kinds_are_told_apart_by_verb_field_and_status) {
  const difference one{1, "stat", "status", "ok", "ESTALE [overlayfs: x]"};
  EXPECT_TRUE(same_kind(one, {7, "stat", "status", "ok", "ESTALE"}));
  EXPECT_FALSE(same_kind(one, {7, "stat", "status", "ok", "ENOENT"}));
  EXPECT_FALSE(same_kind(one, {7, "read", "status", "ok", "ESTALE"}));
  EXPECT_TRUE(same_kind({1, "stat", "ino", "1", "2"}, {2, "stat", "ino", "3", "4"}));
  EXPECT_FALSE(same_kind({1, "stat", "ino", "1", "2"}, {2, "stat", "dev", "1", "2"}));
}

}  // namespace
