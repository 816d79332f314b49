// SPDX-License-Identifier: Apache-2.0
//
// Pages and courses as texts: what is in them, and what is refused. What they do in a browser page_test.py looks at.
#include "ovlsim/page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ovlsim/random.hpp"

namespace ovlsim::testing {
namespace {

scenario story_from(std::string_view text) {
  const parsed_scenario p = parse_scenario(text, "a/story.ovl");
  for (const scenario_error& e : p.errors) ADD_FAILURE() << to_string(e);
  return p.value;
}

page_rules newest() { return {"6.18", linux_6_18}; }

std::string page_with(const scenario& s) {
  const page_rules rules = newest();
  return to_page({&s, 1}, {&rules, 1});
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

TEST(page, a_story_cannot_leave_its_element) {
  const std::string page = page_with(story_from("mkfs a ext4\ncreate a:/x \"</script><script>alert(1)</script>\"\n# <b>{{js}} & {{title}}\n"));
  EXPECT_EQ(times(page, "</script>"), 2U);
  EXPECT_EQ(page.find("alert(1)</"), std::string::npos);
  EXPECT_NE(page.find("\\u003cb>{{js}} & {{title}}"), std::string::npos) << "text of a story is no place of the template";
}

TEST(page, needs_nothing_from_elsewhere) {
  const std::string page = page_with(story_from("mkfs a ext4\n"));
  for (const char* part : {"src=", "@import", "url(", "fetch(", "XMLHttpRequest", "https:", "<link"}) EXPECT_EQ(page.find(part), std::string::npos) << part;
}

TEST(page, without_a_command_there_is_none) { EXPECT_EQ(page_with(story_from("# nothing\n")), ""); }

TEST(page, is_the_same_each_time) {
  const scenario s = random_story(story_seed(3, 1), random_shape(story_seed(3, 1)));
  EXPECT_EQ(page_with(s), page_with(s));
}

const std::string good_text = "<!-- a note -->\n# Title & 1 < 2\n\nSee [the next](02-b.md) and [a file](../x/y.md).\n\n<b onclick=\"x\">raw</b>\n\n"
                              "## Question\n\nWhy?\n\n## Answer\n\nBecause of `## Answer`.\n";

site site_of(const std::string& text, const std::string& story = "mkfs a ext4\n") {
  const lesson lessons[] = {{"01-a", story_from(story), text}, {"02-b", story_from("mkfs b ext4\n"), good_text}};
  return course_site(lessons, newest(), "# The course\n\nWords.\n\n| a | b |\n|---|---|\n| [1](01-a.md) | what `a` is |\n| c | d |\n");
}

std::string file_of(const site& s, const std::string& name) {
  const auto it = std::find_if(s.files.begin(), s.files.end(), [&](const site_file& f) { return f.name == name; });
  return it == s.files.end() ? std::string() : it->text;
}

TEST(course, has_an_index_and_a_page_for_each_lesson) {
  const site s = site_of(good_text);
  EXPECT_TRUE(s.errors.empty());
  ASSERT_EQ(s.files.size(), 3U);
  const std::string index = file_of(s, "index.html");
  EXPECT_NE(index.find("<h1>The course</h1>"), std::string::npos);
  EXPECT_NE(index.find("<a href=\"01-a.html\">Title &amp; 1 &lt; 2</a>: what <code>a</code> is</li>"), std::string::npos) << index;
  EXPECT_NE(index.find("<a href=\"02-b.html\">Title &amp; 1 &lt; 2</a></li>"), std::string::npos) << "the table has nothing about it";
  EXPECT_EQ(index.find("| c |"), std::string::npos) << "tables are no CommonMark";
  const std::string page = file_of(s, "01-a.html");
  EXPECT_NE(page.find("<a href=\"02-b.html\">the next</a>"), std::string::npos);
  EXPECT_NE(page.find("<a href=\"../x/y.md\">a file</a>"), std::string::npos);
  EXPECT_EQ(page.find("onclick"), std::string::npos);
  EXPECT_EQ(page.find("raw</b>"), std::string::npos);
}

TEST(course, hides_the_answer_behind_the_story) {
  const std::string page = file_of(site_of(good_text), "01-a.html");
  const std::size_t app = page.find("<div id=\"app\">");
  const std::size_t question = page.find("<p>Why?</p>");
  const std::size_t details = page.find("<details>\n<summary>Answer</summary>");
  const std::size_t answer = page.find("Because of <code>## Answer</code>");
  EXPECT_LT(page.find("<h1>Title"), app);
  EXPECT_LT(app, question);
  EXPECT_LT(question, details);
  EXPECT_LT(details, answer);
  EXPECT_NE(answer, std::string::npos);
}

TEST(course, says_what_a_lesson_lacks) {
  using list = std::vector<std::string>;
  EXPECT_EQ(site_of("## Question\nx\n## Answer\ny\n").errors, (list{"01-a.md: it has no title; let it begin with `# Title`"}));
  EXPECT_EQ(site_of("# T\n\n```\n## Question\n```\n").errors,
            (list{"01-a.md: it asks nothing; add a section `## Question`", "01-a.md: its question has no answer; add a section `## Answer` at the end"}));
  EXPECT_EQ(site_of(good_text, "# nothing\n").errors, (list{"01-a.ovl: it has no command; tell a story"}));
  EXPECT_TRUE(site_of("").files.empty());
}

TEST(course, a_lesson_does_not_take_the_name_of_the_list) {
  const lesson lessons[] = {{"index", story_from("mkfs a ext4\n"), good_text}};
  const site s = course_site(lessons, newest(), "# The course\n");
  ASSERT_EQ(s.errors.size(), 1U);
  EXPECT_NE(s.errors[0].find("index.md"), std::string::npos);
}

}  // namespace
}  // namespace ovlsim::testing
