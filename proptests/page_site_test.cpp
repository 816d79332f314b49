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
  EXPECT_NE(index.find("</span>The course</h1>"), std::string::npos);
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
  const std::size_t details = page.find("<details id=\"answer\">\n<summary>Answer</summary>");
  const std::size_t answer = page.find("Because of <code>## Answer</code>");
  EXPECT_LT(page.find("</span>Title"), app);
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
  ASSERT_FALSE(s.errors.empty());
  EXPECT_NE(s.errors[0].find("index.md"), std::string::npos);
}

// ----------------------------------------------------------------------------------------------------------------- links

std::string with_links(const std::string& links) { return "# T\n\n" + links + "\n\n## A part\n\n## Question\n\nWhy?\n\n## Answer\n\nSo.\n"; }

/// A course of two lessons with names that have to be encoded in an address.
site strange_site(const std::string& links, const std::string& introduction = "# The course\n") {
  const lesson lessons[] = {{"01 a#b?c%", story_from("mkfs a ext4\nstat a:/\n"), with_links(links)}, {"02-\xc3\xa4&\"x:y", story_from("mkfs b ext4\n"), with_links("x")}};
  return course_site(lessons, newest(), introduction);
}

TEST(course, encodes_names_in_addresses) {
  const site s = strange_site("[next](<02-\xc3\xa4&\"x:y.md>), [the same](02-%C3%A4&%22x%3ay.md)");
  EXPECT_EQ(s.errors, std::vector<std::string>{});
  ASSERT_EQ(s.files.size(), 3U);
  EXPECT_EQ(s.files[1].name, "01 a#b?c%.html") << "the name of a file is no address";
  const std::string second = "href=\"02-%C3%A4%26%22x%3Ay.html\"";
  EXPECT_EQ(times(s.files[0].text, "href=\"01%20a%23b%3Fc%25.html\""), 1U);
  EXPECT_EQ(times(s.files[0].text, second), 1U);
  EXPECT_EQ(times(s.files[1].text, second), 4U) << "two in the text, and the way on above and below";
}

TEST(course, words_of_the_table_belong_to_a_name_however_it_is_written) {
  const site s = strange_site("x", "# C\n\n| a | b |\n|---|---|\n| [1](01%20a%23b%3Fc%25.md) | first |\n| [2](<02-\xc3\xa4&\"x:y.md>) | second [of](01%20a%23b%3Fc%25.md) |\n");
  EXPECT_EQ(s.errors, std::vector<std::string>{});
  EXPECT_NE(file_of(s, "index.html").find("T</a>: first</li>"), std::string::npos);
  EXPECT_NE(file_of(s, "index.html").find("T</a>: second <a href=\"01%20a%23b%3Fc%25.html\">of</a></li>"), std::string::npos);
}

TEST(course, links_keep_the_part_to_which_they_lead) {
  const site s = site_of(with_links("[a](02-b.md#title--1--2) [b](#a-part) [c](#step-1) [d](02-b.md#answer) [e](README.md#the-course) [f](./02-b.md)"));
  EXPECT_EQ(s.errors, std::vector<std::string>{});
  const std::string page = file_of(s, "01-a.html");
  for (const char* address : {"02-b.html#title--1--2", "#a-part", "#step-1", "02-b.html#answer", "index.html#the-course", "02-b.html"}) {
    EXPECT_NE(page.find("href=\"" + std::string(address) + "\""), std::string::npos) << address;
  }
  EXPECT_NE(page.find("<h2><span id=\"a-part\"></span>A part</h2>"), std::string::npos);
  EXPECT_NE(file_of(s, "02-b.html").find("id=\"title--1--2\""), std::string::npos);
  EXPECT_NE(file_of(s, "02-b.html").find("<details id=\"answer\">"), std::string::npos);
  EXPECT_NE(file_of(s, "index.html").find("id=\"the-course\""), std::string::npos);
}

TEST(course, headings_take_no_address_that_is_taken) {
  const site s = site_of("# Data\n\n## More\n\n## More\n\n[x](#more-1)\n\n## Question\n\nWhy?\n\n## Answer\n\nSo.\n");
  EXPECT_EQ(s.errors, std::vector<std::string>{});
  const std::string page = file_of(s, "01-a.html");
  for (const char* id : {"data", "data-1", "more", "more-1"}) EXPECT_EQ(times(page, " id=\"" + std::string(id) + "\""), 1U) << id;
}

TEST(course, links_elsewhere_stay) {
  const std::string links = "[a](../x/y.md) [b](https://example.org/z.md) [c](mailto:x.md) [d](picture.png) [e](sub/01-a.md#x) [f](01-a.md?x)";
  const site s = site_of(with_links(links));
  EXPECT_EQ(s.errors, std::vector<std::string>{});
  for (const char* address : {"../x/y.md", "https://example.org/z.md", "mailto:x.md", "picture.png", "sub/01-a.md#x", "01-a.md?x"}) {
    EXPECT_NE(file_of(s, "01-a.html").find("href=\"" + std::string(address) + "\""), std::string::npos) << address;
  }
}

TEST(course, a_link_that_would_lead_nowhere_is_an_error) {
  using list = std::vector<std::string>;
  EXPECT_EQ(site_of(with_links("Words,\nand [x](03-c.md).")).errors,
            (list{"01-a.md:4: there is no lesson 03-c to which its link could lead; name one, or write the whole address of a text elsewhere"}));
  EXPECT_EQ(site_of(with_links("[x](02-b.md#nowhere)")).errors,
            (list{"01-a.md:3: 02-b.md has no heading with the address #nowhere; write one that it has, or leave it out"}));
  EXPECT_EQ(site_of(with_links("[x](#step-2)")).errors,
            (list{"01-a.md:3: 01-a.md has no heading with the address #step-2; write one that it has, or leave it out"})) << "its story has one step";
  EXPECT_EQ(strange_site("x", "# C\n\n| a |\n|---|\n| [1](<01 a.md>) |\n").errors,
            (list{"README.md:5: there is no lesson 01 a to which its link could lead; name one, or write the whole address of a text elsewhere"}));
}

// ------------------------------------------------------------------------------------------------------------- sections

TEST(course, a_heading_ends_the_answer) {
  const std::string text = "# T\n\n## Question\n\nWhy?\n\n## A hint\n\nLook.\n\n## Answer\n\nSo.\n\n### More of it\n\nAnd so.\n\n## Further reading\n\nOpen.\n";
  const site s = site_of(text);
  EXPECT_EQ(s.errors, std::vector<std::string>{});
  const std::string page = file_of(s, "01-a.html");
  std::size_t at = 0;
  for (const char* next : {"Why?", "A hint</h2>", "Look.", "<details id=\"answer\">", "So.", "More of it</h3>", "And so.", "</details>", "Further reading</h2>", "Open."}) {
    const std::size_t found = page.find(next, at);
    ASSERT_NE(found, std::string::npos) << next;
    at = found;
  }
}

TEST(course, sections_have_their_order) {
  using list = std::vector<std::string>;
  const std::string end = "\n## Question\n\nx\n\n## Answer\n\ny\n";
  EXPECT_EQ(site_of("# T\n" + end + end).errors, (list{"01-a.md:11: a second section `## Question`; write one, with all that belongs to it",
                                                       "01-a.md:15: a second section `## Answer`; write one, with all that belongs to it"}));
  EXPECT_EQ(site_of("# T\n\n## Answer\n\ny\n\n## Question\n\nx\n").errors,
            (list{"01-a.md:3: the answer stands before its question; put `## Question` first"}));
}

}  // namespace
}  // namespace ovlsim::testing
