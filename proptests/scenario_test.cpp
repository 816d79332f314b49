// SPDX-License-Identifier: Apache-2.0
//
// The scenario language: what is read, what is refused and in which words, and that printing and parsing are inverse.
#include "ovlsim/scenario.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "any_command.hpp"
#include "scenario/verbs.hpp"

namespace ovlsim {
namespace {

parsed_scenario parse(const std::string& text) { return parse_scenario(text, "t.ovl"); }

/// The one command of a line, in a text that makes the filesystem `a` and mounts the overlay `m`.
command parsed(const std::string& line) {
  const parsed_scenario s = parse("mkfs a ext4\n" + line + "\nmount m lowerdir=a:/\n");
  EXPECT_TRUE(s) << line << "\n" << (s ? "" : to_string(s.errors.front()));
  return s ? s.value.lines.at(1).what : command();
}

/// All errors of a line in such a text, as `column: message / expected`.
std::string errors_of(const std::string& line) {
  std::string all;
  for (const scenario_error& e : parse("mkfs a ext4\n" + line + "\nmount m lowerdir=a:/\n").errors) {
    all += (all.empty() ? "" : "; ") + std::to_string(e.column) + ": " + e.message + " / " + e.expected;
  }
  return all;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(scenario_lines, blank_lines_and_comments_are_lines) {
  const parsed_scenario s = parse("\n  # story  \nmkfs a ext4 # made\r\n\t\n");
  ASSERT_TRUE(s);
  ASSERT_EQ(s.value.lines.size(), 4U);
  EXPECT_FALSE(s.value.lines[0].has_command);
  EXPECT_EQ(s.value.lines[1].comment, " story");
  EXPECT_TRUE(s.value.lines[2].has_command);
  EXPECT_EQ(s.value.lines[2].comment, " made");
  EXPECT_EQ(s.value.lines[2].number, 3);
}

TEST(scenario_lines, the_last_line_needs_no_newline) {
  EXPECT_EQ(parse("mkfs a ext4\nstat a:/").value.lines.size(), 2U);
}

TEST(scenario_lines, a_hash_within_a_word_begins_no_comment) {
  EXPECT_EQ(parsed("stat a:/work/#5"), command(cmd::stat{{"a", "/work/#5"}}));
}

TEST(scenario_strings, escapes) {
  EXPECT_EQ(parsed(R"(write a:/A "\"\\\n\t\x00\xfF")"),
            command(cmd::write{{"a", "/A"}, std::string("\"\\\n\t\0\xff", 6)}));
  EXPECT_TRUE(has(errors_of(R"(write a:/A "a\q")"), "14: an unknown escape")) << errors_of(R"(write a:/A "a\q")");
  EXPECT_TRUE(has(errors_of(R"(write a:/A "a\x1")"), "unknown escape"));
  EXPECT_TRUE(has(errors_of(R"(write a:/A "a)"), "12: a string without its end"));
  EXPECT_TRUE(has(errors_of(R"(write a:/A "a"b)"), "15: something directly after a closing quote"));
}

TEST(scenario_strings, a_word_may_stand_for_a_string) {
  EXPECT_EQ(parsed("append a:/A !"), command(cmd::append{{"a", "/A"}, "!"}));
  EXPECT_EQ(parsed("symlink ../x a:/A"), command(cmd::symlink{"../x", {"a", "/A"}}));
}

TEST(scenario_paths, quotes_hold_blanks_and_layers_split_at_commas) {
  EXPECT_EQ(parsed("stat \"a:/x y\""), command(cmd::stat{{"a", "/x y"}}));
  const command c = parsed("mount m lowerdir=a:/1,\"a:/2,3\",a:/4 upperdir=a:/u workdir=a:/w xino=on ro");
  const auto& o = std::get<cmd::mount>(c).options;
  EXPECT_EQ(o.lower, (std::vector<path>{{"a", "/1"}, {"a", "/2,3"}, {"a", "/4"}}));
  EXPECT_EQ(o.upper, (path{"a", "/u"}));
  EXPECT_EQ(o.xino, xino_option::on);
  EXPECT_TRUE(o.ro);
  EXPECT_FALSE(o.index.has_value());
}

TEST(scenario_paths, are_kept_as_written) {
  EXPECT_EQ(parsed("stat a://x/../y/./"), command(cmd::stat{{"a", "//x/../y/./"}}));
}

TEST(scenario_arguments, of_create) {
  EXPECT_EQ(parsed("create a:/A"), command(cmd::create{{"a", "/A"}, "", 0644}));
  EXPECT_EQ(parsed("create a:/A 0755"), command(cmd::create{{"a", "/A"}, "", 0755}));
  EXPECT_EQ(parsed("create a:/A \"0755\""), command(cmd::create{{"a", "/A"}, "0755", 0644}));
  EXPECT_EQ(parsed("create a:/A \"x\" 4755"), command(cmd::create{{"a", "/A"}, "x", 04755}));
  EXPECT_TRUE(has(errors_of("create a:/A 9"), "octal"));
}

TEST(scenario_arguments, numbers_have_bounds) {
  EXPECT_EQ(errors_of("truncate a:/A 16777216"), "");
  EXPECT_TRUE(has(errors_of("truncate a:/A 16777217"), "16 MiB"));
  EXPECT_TRUE(has(errors_of("truncate a:/A 99999999999999999999"), "no size"));
  EXPECT_TRUE(has(errors_of("chmod a:/A 10000"), "octal number from 0 to 07777"));
  EXPECT_TRUE(has(errors_of("chown a:/A 0:4294967295"), "no owner"));
}

TEST(scenario_arguments, uuid_is_chosen_where_a_filesystem_has_one) {
  EXPECT_EQ(errors_of("mkfs b xfs uuid=12345678-9abc-def0-1234-56789ABCDEF0"), "");
  EXPECT_TRUE(has(errors_of("mkfs b tmpfs uuid=12345678-9abc-def0-1234-56789abcdef0"), "leave uuid= out"));
  EXPECT_TRUE(has(errors_of("mkfs b xfs uuid=1234"), "17: not a UUID")) << errors_of("mkfs b xfs uuid=1234");
}

TEST(scenario_mount, takes_the_options_of_overlayfs) {
  for (const char* option : {"index=off", "index=on", "nfs_export=off", "nfs_export=on", "metacopy=off", "metacopy=on", "redirect_dir=on",
                             "redirect_dir=off", "redirect_dir=follow", "redirect_dir=nofollow", "uuid=off", "uuid=null", "uuid=auto",
                             "uuid=on", "volatile", "userxattr", "xino=off", "xino=auto", "xino=on", "ro"}) {
    EXPECT_EQ(errors_of(std::string("mount m lowerdir=a:/ ") + option), "");
  }
}

TEST(scenario_mount, takes_layers_on_overlays_that_any_line_mounts) {
  EXPECT_EQ(errors_of("mount n lowerdir=m:/"), "");
  EXPECT_EQ(errors_of("mount n lowerdir=a:/,o:/ upperdir=o:/u workdir=o:/w\nmount o lowerdir=a:/,n:/"), "");
  EXPECT_TRUE(has(errors_of("mount n lowerdir=o:/"), "18: unknown filesystem `o`"));
}

TEST(scenario_mount, needs_something_and_leaves_the_rest_to_the_kernel) {
  EXPECT_TRUE(has(errors_of("mount m"), "missing argument lowerdir=P"));
  EXPECT_TRUE(has(errors_of("mount m ->  EINVAL"), "missing argument lowerdir=P"));
  EXPECT_EQ(errors_of("mount m upperdir=a:/u"), "");
  EXPECT_EQ(errors_of("mount m datadir=a:/"), "");
  EXPECT_EQ(errors_of("mount m xino=on"), "");
  EXPECT_EQ(print(parse("mkfs a tmpfs\nmount m workdir=a:/w datadir=a:/\n").value.lines[1].what), "mount m datadir=a:/ workdir=a:/w");
  EXPECT_EQ(errors_of("mount m lowerdir=a:/ upperdir=a:/u"), "");
  EXPECT_EQ(errors_of("mount m lowerdir=a:/ workdir=a:/w"), "");
}

TEST(scenario_module, takes_the_parameters_that_are_defaults_of_mounts) {
  EXPECT_EQ(errors_of("module metacopy=on index=on redirect_dir=on nfs_export=on xino_auto=on redirect_always_follow=off"), "");
  EXPECT_TRUE(has(errors_of("module"), "missing argument PARAMETER=on|off"));
  EXPECT_TRUE(has(errors_of("module metacopi=on"), "unknown module parameter `metacopi`"));
  EXPECT_TRUE(has(errors_of("module metacopi=on"), "did you mean `metacopy`?"));
  EXPECT_TRUE(has(errors_of("module check_copy_up=1"), "redirect_dir, redirect_always_follow, index, nfs_export, xino_auto or metacopy"));
  EXPECT_TRUE(has(errors_of("module index=Y"), "a wrong value for the parameter `index`"));
  EXPECT_TRUE(has(errors_of("module index=Y"), "index=off, index=on"));
  EXPECT_TRUE(has(errors_of("module index"), "a wrong value for the parameter `index`"));
  EXPECT_TRUE(has(errors_of("module index=on index=off"), "given twice"));
  EXPECT_EQ(print(parse("module metacopy=off redirect_dir=on\n").value.lines[0].what), "module redirect_dir=on metacopy=off");
}

TEST(scenario_names, must_be_made_above_or_mounted_anywhere) {
  EXPECT_TRUE(parse("mkfs a ext4\nstat m:/\numount m\nmount m lowerdir=a:/\n"));
  EXPECT_TRUE(has(errors_of("stat b:/"), "6: unknown filesystem `b`"));
  EXPECT_TRUE(has(errors_of("stat /etc"), "NAME:/path"));
  EXPECT_TRUE(has(errors_of("umount a"), "no line mounts"));
  EXPECT_TRUE(has(errors_of("clone c m"), "which has no image"));
  EXPECT_TRUE(has(errors_of("mount a lowerdir=a:/"), "`a` is a backing filesystem (line 1)"));
  const parsed_scenario later = parse("stat b:/\nmkfs b ext4\n");
  ASSERT_EQ(later.errors.size(), 1U);
  EXPECT_TRUE(has(later.errors[0].message, "made further down only, by line 2"));
}

TEST(scenario_names, one_bad_mkfs_is_one_error) {
  EXPECT_EQ(parse("mkfs a ext5\nstat a:/\n").errors.size(), 1U);
  EXPECT_EQ(parse("mkfss a ext4\nstat a:/\n").errors.size(), 1U);
}

TEST(scenario_names, handles_are_for_the_run_to_know) { EXPECT_EQ(errors_of("fread nobody_opened_it"), ""); }

TEST(scenario_errors, show_the_place_and_keep_tabs) {
  const parsed_scenario s = parse("mkfs a ext4\n\tapend\ta:/A \"x\"\n");
  ASSERT_EQ(s.errors.size(), 1U);
  EXPECT_EQ(to_string(s.errors[0]),
            "t.ovl:2:2: error: unknown verb `apend`\n"
            "  \tapend\ta:/A \"x\"\n"
            "  \t^\n"
            "  did you mean `append`? Its form is: append P \"data\"");
}

TEST(scenario_errors, know_the_shell_words) {
  EXPECT_TRUE(has(errors_of("rm a:/A"), "did you mean `unlink P`?"));
  EXPECT_TRUE(has(errors_of("mv a:/A a:/B"), "did you mean `rename P Q`?"));
}

TEST(scenario_errors, all_are_reported_in_order) {
  const parsed_scenario s = parse("stat\nmkfs a ext4\nfoo\nstat a:/ -> inoo=1 size=x\nstat q:/\n");
  std::vector<int> lines;
  for (const scenario_error& e : s.errors) lines.push_back(e.line);
  EXPECT_EQ(lines, (std::vector<int>{1, 3, 4, 4, 5}));
}

TEST(scenario_errors, no_text_is_too_odd) {
  const std::string long_word(std::size_t{10} << 20, 'x');
  EXPECT_EQ(parse(long_word).errors.size(), 1U);
  EXPECT_LT(to_string(parse(long_word).errors[0]).size(), 2000U);
  EXPECT_EQ(parse("mkfs a ext4\nstat a:/x -> " + std::string(100000, ' ') + "foo bar").errors.size(), 1U);
  EXPECT_TRUE(has(errors_of(std::string("stat a:/\0", 9)), "control character"));
  EXPECT_TRUE(has(errors_of("stat \"a:/\\x00\""), "NUL"));
  EXPECT_TRUE(parse(std::string("# \0\xff\r\n", 6)));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "x\n";
  EXPECT_EQ(parse(many).errors.size(), 100U);
}

TEST(scenario_expectations, fields_are_those_of_the_verb) {
  EXPECT_TRUE(has(errors_of("mkdir a:/d -> size=1"), "15: `mkdir` does not answer `size`"));
  EXPECT_TRUE(has(errors_of("stat a:/d -> nlnk=1"), "did you mean `nlink`?"));
  EXPECT_TRUE(has(errors_of("stat a:/d -> ESTAL"), "did you mean `ESTALE`?"));
  EXPECT_TRUE(has(errors_of("stat a:/d ->"), "11: nothing after `->`"));
  EXPECT_TRUE(has(errors_of("stat a:/d ok"), "`->` before an expectation"));
  EXPECT_TRUE(has(errors_of("stat a:/d -> ino!=$x"), "no value yet"));
}

TEST(scenario_expectations, have_one_spelling) {
  const parsed_scenario s = parse(
      "mkfs a ext4\nstat a:/ -> mode=755 ino=$i nlink=02\nls a:/ -> entries=\"b,a c\" log=none\n"
      "read a:/A -> data=\"\\x00\" log~\"x\"\nread a:/A -> data=\"$i\"\n");
  ASSERT_TRUE(s) << to_string(s.errors[0]);
  const std::string printed = print(s.value);
  EXPECT_EQ(printed,
            "mkfs a ext4\n"
            "stat a:/  -> mode=0755 ino=$i nlink=2\n"
            "ls a:/    -> entries=\"a c,b\" log=none\n"
            "read a:/A -> data=0x00 log~\"x\"\n"
            "read a:/A -> data=\"$i\"\n");
  EXPECT_TRUE(s.value.lines[4].expected[0].literal);
  EXPECT_EQ(print(parse(printed).value), printed);
}

TEST(scenario_print, bare_bytes_of_a_value_have_the_spelling_of_quoted_ones) {
  EXPECT_EQ(print(parse("mkfs a ext4\nread a:/A -> data=\x80\n").value), "mkfs a ext4\nread a:/A -> data=0x80\n");
}

TEST(scenario_print, keeps_comments_and_one_blank_line) {
  EXPECT_EQ(print(parse("\n\n# one\n\n\n\nmkfs   a\text4\t#x\n\n").value), "# one\n\nmkfs a ext4  #x\n");
}

TEST(scenario_verbs, the_table_has_every_verb_once) {
  EXPECT_EQ(scenario_text::verbs().size(), std::variant_size_v<command>);
  for (const auto& spec : scenario_text::verbs()) EXPECT_EQ(scenario_text::find_verb(spec.name), &spec);
  EXPECT_EQ(scenario_text::find_verb("create")->usage, "create P [\"data\"] [MODE]");
}

RC_GTEST_PROP(scenario_print, parse_inverts_print_of_every_command, ()) {
  const command c = *testing::any_command();
  const std::string line = print(c);
  RC_LOG() << line;
  const parsed_scenario s = parse(testing::text_around(line));
  for (const scenario_error& e : s.errors) RC_LOG() << to_string(e);
  RC_ASSERT(static_cast<bool>(s));
  RC_ASSERT(s.value.lines.at(testing::line_of_interest - 1).what == c);
}

RC_GTEST_PROP(scenario_print, printing_twice_prints_the_same, ()) {
  const command c = *testing::any_command();
  const std::string text =
      testing::text_around("  " + print(c) + "   # " + *rc::gen::suchThat(testing::odd_bytes(), [](const auto& b) {
                             return b.find('\n') == std::string::npos;
                           }));
  const parsed_scenario s = parse(text);
  RC_ASSERT(static_cast<bool>(s));
  const std::string printed = print(s.value);
  RC_ASSERT(print(parse(printed).value) == printed);
}

RC_GTEST_PROP(scenario_parse, no_bytes_break_it, ()) {
  const std::string text = *testing::odd_bytes() +
                           *rc::gen::element<std::string>("", "\nstat ", "\nmkfs a ext4\nread a:/ -> data=") +
                           *testing::odd_bytes();
  const parsed_scenario s = parse(text);
  for (const scenario_error& e : s.errors) RC_ASSERT(!to_string(e).empty());
  if (s) RC_ASSERT(print(parse(print(s.value)).value) == print(s.value));
}

}  // namespace
}  // namespace ovlsim
