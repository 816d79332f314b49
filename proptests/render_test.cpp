// SPDX-License-Identifier: Apache-2.0
//
// Answers as JSON in the contract's form, and back.
#include "ovlsim/render.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "any_command.hpp"
#include "text/utf8.hpp"

namespace ovlsim {
namespace {

answered with(std::string verb, answer_fields fields) {
  return {7, std::move(verb), {errc::ok, std::move(fields), {}}};
}

TEST(json, is_the_contracts_line_for_stat) {
  const answered a{12, "stat", {errc::ok, answer::stat{file_type::file, 0644, 1, 5, 10, 2}, {}}};
  EXPECT_EQ(
      to_json(a),
      R"({"line":12,"verb":"stat","status":"ok","type":"file",)"
            R"("mode":"0644","nlink":1,"size":5,"ino":10,"dev":2,"log":[]})");
}

TEST(json, is_the_contracts_line_for_a_failure) {
  const answered a{13, "stat", {errc_named("ESTALE").value(), {}, {"overlayfs: failed to get inode (-116)"}}};
  EXPECT_EQ(to_json(a),
            R"x({"line":13,"verb":"stat","status":"ESTALE","log":["overlayfs: failed to get inode (-116)"]})x");
}

TEST(json, a_directory_has_no_size) {
  EXPECT_EQ(to_json(with("fstat", answer::stat{file_type::dir, 01777, 2, 99, 1, 3})),
            R"({"line":7,"verb":"fstat","status":"ok","type":"dir","mode":"1777","nlink":2,"ino":1,"dev":3,"log":[]})");
}

TEST(json, of_the_other_fields) {
  EXPECT_EQ(to_json(with("read", answer::data{"a\n\t\"\\"})),
            R"({"line":7,"verb":"read","status":"ok","data":"a\n\t\"\\","log":[]})");
  EXPECT_EQ(to_json(with("readlink", answer::target{"../x"})),
            R"({"line":7,"verb":"readlink","status":"ok","target":"../x","log":[]})");
  EXPECT_EQ(
      to_json(with("ls", answer::entries{{{"A", entry_type::file, 3}, {"d", entry_type::other, 4}}})),
      R"({"line":7,"verb":"ls","status":"ok","entries":[)"
            R"({"name":"A","type":"file","ino":3},{"name":"d","type":"other","ino":4}],"log":[]})");
  EXPECT_EQ(to_json(with("listxattr", answer::names{{"a", "b"}})),
            R"({"line":7,"verb":"listxattr","status":"ok","names":["a","b"],"log":[]})");
}

TEST(json, bytes_that_are_no_text_are_hexadecimal) {
  EXPECT_NE(to_json(with("getxattr", answer::value{std::string("\0\xfb", 2)})).find(R"("value":"0x00fb")"),
            std::string::npos);
  EXPECT_NE(to_json(with("getxattr", answer::value{"a\n"})).find(R"("value":"0x610a")"), std::string::npos);
  EXPECT_NE(to_json(with("read", answer::data{"a\n"})).find(R"("data":"a\n")"), std::string::npos);
  EXPECT_NE(to_json(with("read", answer::data{"\r"})).find(R"("data":"0x0d")"), std::string::npos);
  EXPECT_NE(to_json(with("getxattr", answer::value{""})).find(R"("value":"")"), std::string::npos);
}

TEST(json, errors_are_told_and_not_thrown) {
  for (const char* text :
       {"", "[]", "{", "nonsense", R"({"line":-1})", R"({"line":1,"verb":2,"status":"ok"})",
        R"({"line":1,"verb":"stat","status":"ENOSUCH"})", R"({"line":1,"verb":"stat","status":"ok","type":"file"})",
        R"({"line":1,"verb":"ls","status":"ok","entries":[1]})", R"({"line":1,"verb":"ls","status":"ok","log":[1]})"}) {
    std::string error;
    answered_from_json(text, error);
    EXPECT_NE(error, "") << text;
  }
}

TEST(text, shows_an_answer_in_a_line) {
  EXPECT_EQ(to_text({errc::ok, answer::stat{file_type::file, 0644, 1, 6, 10, 2}, {}}),
            "ok  type=file mode=0644 nlink=1 size=6 ino=10 dev=2");
  EXPECT_EQ(to_text({errc_named("EIO").value(), {}, {}}), "EIO");
  EXPECT_EQ(to_text({errc::ok, answer::data{"A\n"}, {}}), "ok  data=\"A\\n\"");
  EXPECT_EQ(to_text({errc::ok, answer::entries{{{"A", entry_type::file, 3}, {"b c", entry_type::dir, 4}}}, {}}),
            "ok  entries=[A:file:3 \"b c\":dir:4]");
}

TEST(text, fields_are_spelled_as_expectations_are) {
  const outcome o{errc::ok, answer::names{{"b,1", "a\\"}}, {}};
  EXPECT_EQ(field(o, "names"), "a\\\\,b\\,1");
  EXPECT_EQ(field(o, "ino"), std::nullopt);
}

TEST(utf8, knows_what_is_not) {
  EXPECT_TRUE(text::is_utf8("aé漢😀"));
  for (const char* bad : {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\xff"}) {
    EXPECT_FALSE(text::is_utf8(bad));
  }
}

RC_GTEST_PROP(json, exact_form_gives_every_answer_back, ()) {
  const answered a{*rc::gen::inRange(0, 1000), "verb", *testing::any_outcome()};
  const std::string json = to_json(a, json_bytes::exact);
  RC_LOG() << json;
  std::string error;
  const answered back = answered_from_json(json, error);
  RC_ASSERT(error.empty());
  RC_ASSERT(back == a);
}

RC_GTEST_PROP(json, is_one_line_of_utf8_and_stable, ()) {
  const answered a{1, "verb", *testing::any_outcome()};
  const std::string json = to_json(a);
  RC_ASSERT(text::is_printable(json));
  std::string error;
  const answered back = answered_from_json(json, error);
  RC_ASSERT(error.empty());
  RC_ASSERT(to_json(back) == json);
}

}  // namespace
}  // namespace ovlsim
