// SPDX-License-Identifier: Apache-2.0
//
// A course as a site: a page for each lesson, and the list of them.
#include <algorithm>

#include "draw/markup.hpp"
#include "ovlsim/page.hpp"
#include "page/lesson_text.hpp"
#include "page/story_json.hpp"
#include "page/template.hpp"

namespace ovlsim {

namespace {

using drawing::markup;
using namespace paging;

/// The introduction up to what is no CommonMark: GitHub's tables, which are paragraphs that begin with a bar.
struct introduction_text {
  std::string title;
  text_tree shown;
  text_tree table;
};

introduction_text introduction_of(std::string_view text) {
  const text_tree document = parsed(text);
  introduction_text parts{{}, text_tree(cmark_node_new(CMARK_NODE_DOCUMENT)), text_tree(cmark_node_new(CMARK_NODE_DOCUMENT))};
  bool is_table = false;
  for (cmark_node* n = cmark_node_first_child(document.get()); n != nullptr && !is_table;) {
    cmark_node* const next = cmark_node_next(n);
    is_table = cmark_node_get_type(n) == CMARK_NODE_PARAGRAPH && words_of(n).starts_with('|');
    if (is_heading(n, 1) && parts.title.empty()) parts.title = words_of(n);
    cmark_node_unlink(n);
    cmark_node_append_child(is_table ? parts.table.get() : parts.shown.get(), n);
    n = next;
  }
  return parts;
}

std::string link_to(std::string_view page, const std::string& words) { return "<a href=\"" + address_of(page) + "\">" + markup(words) + "</a>"; }

/// What a table of the introduction says of a lesson: the last cell of the row that links to its text. HTML.
std::string table_words(std::string_view introduction, const std::string& name, const site_map& pages) {
  std::size_t link = std::string_view::npos;
  for (const std::string& way : {name + ".md", "<" + name + ".md>", encoded(name) + ".md"}) link = std::min(link, introduction.find("](" + way + ")"));
  if (link == std::string_view::npos) return {};
  const std::size_t begin = introduction.rfind('\n', link) + 1;  // of npos, 0
  std::string_view row = introduction.substr(begin, introduction.find('\n', link) - begin);
  if (!row.starts_with('|') || !row.ends_with('|')) return {};
  row.remove_suffix(1);
  row.remove_prefix(row.rfind('|') + 1);
  const text_tree cell = parsed(row);
  std::vector<std::string> told_already;  // of the whole table
  pages.lead_to_pages(cell.get(), std::string(list_of_lessons), told_already);
  std::string words = rendered(cell.get());  // a paragraph of its own: what is in it
  constexpr std::string_view open = "<p>";
  constexpr std::string_view close = "</p>\n";
  return words.starts_with(open) && words.ends_with(close) ? words.substr(open.size(), words.size() - open.size() - close.size()) : std::string();
}

std::string index_page(std::span<const lesson> lessons, const std::vector<lesson_text>& texts, const introduction_text& begin,
                       std::string_view introduction, const site_map& pages) {
  const std::string title = begin.title.empty() ? "A course" : begin.title;
  std::string body = rendered(begin.shown.get()) + "<ol>\n";
  for (std::size_t n = 0; n < lessons.size(); ++n) {
    const std::string words = table_words(introduction, lessons[n].name, pages);
    body += "<li>" + link_to(lessons[n].name, texts[n].title) + (words.empty() ? "" : ": " + words) + "</li>\n";
  }
  body += "</ol>\n";
  return "<!DOCTYPE html>\n<!-- SPDX-License-Identifier: Apache-2.0 -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         markup(title) + "</title>\n<style>\n" + std::string(page_css()) + "</style>\n</head>\n<body>\n<main class=\"contents lesson\">\n" + body +
         "</main>\n</body>\n</html>\n";
}

/// To the lesson before, the contents, and the lesson behind.
std::string way_on(std::span<const lesson> lessons, const std::vector<lesson_text>& texts, std::size_t n) {
  std::string before = n == 0 ? "<span></span>" : link_to(lessons[n - 1].name, "Before: " + texts[n - 1].title);
  std::string after = n + 1 == lessons.size() ? "<span></span>" : link_to(lessons[n + 1].name, "Next: " + texts[n + 1].title);
  return "<nav aria-label=\"Lessons\">" + before + " " + link_to(list_of_lessons, "Contents") + " " + after + "</nav>\n";
}

std::string lesson_page(const lesson& l, const lesson_text& text, const page_rules& rules, const std::string& way) {
  const std::string before = "<article class=\"lesson\">\n" + way + rendered(text.body.get()) + "</article>\n";
  const std::string after = "<article class=\"lesson\" aria-label=\"Question\">\n<h2 id=\"question\">Question</h2>\n" + rendered(text.question.get()) +
                            "<details id=\"answer\">\n<summary>Answer</summary>\n" + rendered(text.answer.get()) + "</details>\n" +
                            rendered(text.behind.get()) + way + "</article>\n";
  const std::string data = stories_as_json({&l.story, 1}, {&rules, 1});
  return filled({"course", "h2", text.title, before, data, after});
}

std::size_t commands_of(const scenario& story) {
  const auto has = [](const scenario_line& line) { return line.has_command; };
  return static_cast<std::size_t>(std::count_if(story.lines.begin(), story.lines.end(), has));
}

}  // namespace

site course_site(std::span<const lesson> lessons, const page_rules& rules, std::string_view introduction) {
  site made;
  std::vector<lesson_text> texts;
  site_map pages;
  for (const lesson& l : lessons) {
    if (l.name == list_of_lessons) made.errors.push_back("index.md: index.html is the list of the lessons; give this one another name");
    texts.push_back(parts_of(l, made.errors));
    if (commands_of(l.story) == 0) made.errors.push_back(l.name + ".ovl: it has no command; tell a story");
    pages.add(l.name, texts.back().parts, commands_of(l.story));
  }
  const std::string list(list_of_lessons);
  const introduction_text begin = introduction_of(introduction);
  std::set<std::string> parts;
  name_headings(begin.shown.get(), parts);
  pages.add(list, std::move(parts), 0);
  for (const text_tree* t : {&begin.shown, &begin.table}) pages.lead_to_pages(t->get(), list, made.errors);
  for (std::size_t n = 0; n < lessons.size(); ++n) {
    for (const text_tree* t : {&texts[n].body, &texts[n].question, &texts[n].answer, &texts[n].behind}) {
      pages.lead_to_pages(t->get(), lessons[n].name, made.errors);
    }
  }
  if (!made.errors.empty()) return made;
  made.files.push_back({"index.html", index_page(lessons, texts, begin, introduction, pages)});
  for (std::size_t n = 0; n < lessons.size(); ++n) {
    made.files.push_back({lessons[n].name + ".html", lesson_page(lessons[n], texts[n], rules, way_on(lessons, texts, n))});
  }
  return made;
}

}  // namespace ovlsim
