// SPDX-License-Identifier: Apache-2.0
//
// Scripts as texts: what is refused and why, quoting, and that a shell takes them. What they do is a matter of live_export_test.cpp and
// of the tests live.export.*.
#include "ovlsim/export.hpp"

#include <gtest/gtest.h>

#include "export/quote.hpp"

namespace {

using namespace ovlsim;

exported_script script_of(std::string_view text) {
  parsed_scenario parsed = parse_scenario(text, "story.ovl");
  EXPECT_TRUE(parsed) << (parsed ? "" : to_string(parsed.errors.front()));
  return export_script(parsed.value);
}

/// The first error, in words; empty when there is a script.
std::string refusal(std::string_view text) {
  const exported_script script = script_of(text);
  EXPECT_EQ(script.text.empty(), !script.errors.empty());
  return script.errors.empty() ? "" : to_string(script.errors.front());
}

TEST(export_script, file_handles_are_refused_with_line_and_cause) {
  const std::string words = refusal("mkfs a tmpfs\ncreate a:/f\nmount m lowerdir=a:/\nfh m:/f h\nfhopen m h\n");
  EXPECT_NE(words.find("story.ovl:4:1: error: no tool calls name_to_handle_at(2)"), std::string::npos) << words;
  EXPECT_NE(words.find("ovlsim kernel"), std::string::npos) << words;
}

TEST(export_script, every_refused_line_is_named) {
  EXPECT_EQ(script_of("mkfs a tmpfs\ncreate a:/f\nmount m lowerdir=a:/\nfh m:/f h\nfhopen m h\n").errors.size(), 2U);
}

TEST(export_script, six_files_may_be_open_at_a_time) {
  std::string text = "mkfs a tmpfs\ncreate a:/f\n";
  for (int i = 0; i < 6; ++i) text += "open a:/f h" + std::to_string(i) + "\n";
  EXPECT_EQ(refusal(text), "");
  EXPECT_EQ(refusal(text + "close h3\nopen a:/f again\n"), "");
  EXPECT_NE(refusal(text + "open a:/f again\n").find("six open files"), std::string::npos);
}

TEST(export_script, no_path_leads_out_of_its_filesystem) {
  EXPECT_NE(refusal("mkfs a tmpfs\nstat a:/../x\n").find("climbs out"), std::string::npos);
  EXPECT_EQ(refusal("mkfs a tmpfs\nmkdir a:/d\nstat a:/d/../x\n"), "");
  EXPECT_NE(refusal("mkfs a tmpfs\nsymlink \"/etc\" a:/l\nstat a:/l/passwd\n").find("goes through the symlink `l`"), std::string::npos);
  EXPECT_NE(refusal("mkfs a tmpfs\nsymlink \"/etc\" a:/l\nrename a:/l a:/k\nls a:/k/\n").find("`k`"), std::string::npos);
  EXPECT_NE(refusal("mkfs a tmpfs\nsymlink \"/etc/passwd\" a:/l\ntruncate a:/l 0\n").find("`l`"), std::string::npos);
  EXPECT_EQ(refusal("mkfs a tmpfs\nsymlink \"/etc\" a:/l\nstat a:/l\nreadlink a:/l\n"), "");
  EXPECT_EQ(refusal("mkfs a tmpfs\nsymlink \"d\" a:/l\nmkdir a:/d\nstat a:/l/f\n"), "");
}

TEST(export_script, layers_have_names_that_mount_can_take) {
  EXPECT_NE(refusal("mkfs a tmpfs\nmkdir a:/x,y\nmount m lowerdir=\"a:/x,y\"\n").find("cuts its options"), std::string::npos);
}

TEST(export_script, needs_only_the_tools_of_its_story) {
  const std::string text = script_of("mkfs a tmpfs\nstat a:/ -> ok\n").text;
  for (const char* tool : {"mksquashfs", "mke2fs", "getfattr", "dmesg", "perl"}) EXPECT_EQ(text.find(tool), std::string::npos) << tool;
  EXPECT_NE(script_of("mkfs a ext4\ngetxattr a:/ user.x\n").text.find("need getfattr attr\n"), std::string::npos);
}

TEST(export_script, inode_numbers_have_ranges_where_an_expectation_looks_at_them) {
  EXPECT_NE(script_of("mkfs a tmpfs\nstat a:/ -> ok\n").text.find("do_mkfs a tmpfs random ''\n"), std::string::npos);
  const std::string text = script_of("mkfs a tmpfs\nmkfs b ext4\nstat a:/ -> ino=$a\nstat b:/ -> ino!=$a\n").text;
  EXPECT_NE(text.find("do_mkfs a tmpfs random 512\n"), std::string::npos);
  EXPECT_NE(text.find("do_mkfs b ext4 random 1024\n"), std::string::npos);
}

TEST(export_script, texts_are_quoted_for_each_reader) {
  using namespace exporting;
  EXPECT_EQ(word("plain/name.txt"), "plain/name.txt");
  EXPECT_EQ(word(""), "''");
  EXPECT_EQ(word("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(percent_b("100%\n\\c"), "'100%\\n\\\\c'");
  EXPECT_EQ(percent_b(std::string_view("\0\x80z", 3)), "'\\0000\\0200z'");
  EXPECT_EQ(as_ls_b("a b\\\xc3\xa9\n"), "a\\ b\\\\\\303\\251\\n");
  EXPECT_EQ(bytes_of("0x4100"), std::string("A\0", 2));
  EXPECT_EQ(bytes_of("0x4"), "0x4");
  EXPECT_EQ(names_of("a,b\\,c,\\\\"), (std::vector<std::string>{"a", "b,c", "\\"}));
  EXPECT_TRUE(names_of("").empty());
}

}  // namespace
