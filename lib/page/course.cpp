// SPDX-License-Identifier: Apache-2.0
//
// A course as a site. libcmark reads the texts; what is done here is to take them apart at their headings, on its tree.
#include <cmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include "ovlsim/page.hpp"
#include "draw/markup.hpp"
#include "page/story_json.hpp"
#include "page/template.hpp"

namespace ovlsim {

namespace {

using drawing::markup;

struct free_node {
  void operator()(cmark_node* n) const noexcept { cmark_node_free(n); }
};
struct free_text {
  void operator()(char* text) const noexcept { std::free(text); }  // NOLINT: as cmark's default allocator has it
};
using node = std::unique_ptr<cmark_node, free_node>;

constexpr int renderer = CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8;  // without CMARK_OPT_UNSAFE: raw HTML is left out

std::string rendered(cmark_node* n) {
  const std::unique_ptr<char, free_text> text(cmark_render_html(n, renderer));
  return text ? std::string(text.get()) : std::string();
}

/// The words of a heading, without their marks.
std::string words_of(cmark_node* n) {
  std::string words;
  const std::unique_ptr<cmark_iter, void (*)(cmark_iter*)> walk(cmark_iter_new(n), cmark_iter_free);
  for (cmark_event_type e = cmark_iter_next(walk.get()); e != CMARK_EVENT_DONE; e = cmark_iter_next(walk.get())) {
    cmark_node* at = cmark_iter_get_node(walk.get());
    const cmark_node_type type = cmark_node_get_type(at);
    if (e == CMARK_EVENT_ENTER && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)) words += cmark_node_get_literal(at);
    if (e == CMARK_EVENT_ENTER && type == CMARK_NODE_SOFTBREAK) words += ' ';
  }
  return words;
}

/// A lesson's page has the name of its text: links from text to text become links from page to page.
void lead_to_pages(cmark_node* document) {
  const std::unique_ptr<cmark_iter, void (*)(cmark_iter*)> walk(cmark_iter_new(document), cmark_iter_free);
  for (cmark_event_type e = cmark_iter_next(walk.get()); e != CMARK_EVENT_DONE; e = cmark_iter_next(walk.get())) {
    cmark_node* at = cmark_iter_get_node(walk.get());
    if (e != CMARK_EVENT_ENTER || cmark_node_get_type(at) != CMARK_NODE_LINK) continue;
    std::string url = cmark_node_get_url(at);
    constexpr std::string_view text = ".md";
    if (url.find('/') != std::string::npos || !url.ends_with(text)) continue;
    url.replace(url.size() - text.size(), text.size(), ".html");
    cmark_node_set_url(at, url.c_str());
  }
}

bool is_heading(cmark_node* n, int level) { return cmark_node_get_type(n) == CMARK_NODE_HEADING && cmark_node_get_heading_level(n) == level; }

struct parsed_text {
  std::string title;
  std::string body;      ///< HTML, with the title
  std::string question;  ///< HTML, without their headings
  std::string answer;
};

node parsed(std::string_view text) {
  node document(cmark_parse_document(text.data(), text.size(), renderer));
  if (document) lead_to_pages(document.get());
  return document;
}

/// Distributes what stands at the top of the text to its parts.
std::optional<parsed_text> parts_of(const lesson& l, std::vector<std::string>& errors) {
  const node document = parsed(l.text);
  const node body(cmark_node_new(CMARK_NODE_DOCUMENT));
  const node question(cmark_node_new(CMARK_NODE_DOCUMENT));
  const node answer(cmark_node_new(CMARK_NODE_DOCUMENT));
  parsed_text parts;
  cmark_node* into = body.get();
  for (cmark_node* n = cmark_node_first_child(document.get()); n != nullptr;) {
    cmark_node* next = cmark_node_next(n);
    const std::string heading = is_heading(n, 2) ? words_of(n) : std::string();
    if (is_heading(n, 1) && parts.title.empty()) parts.title = words_of(n);
    if (heading == "Question") {
      into = question.get();
    } else if (heading == "Answer") {
      into = answer.get();
    } else {
      cmark_node_unlink(n);
      cmark_node_append_child(into, n);
    }
    n = next;
  }
  parts.body = rendered(body.get());
  parts.question = rendered(question.get());
  parts.answer = rendered(answer.get());
  const std::size_t faults = errors.size();
  if (parts.title.empty()) errors.push_back(l.name + ".md: it has no title; let it begin with `# Title`");
  if (parts.question.empty()) errors.push_back(l.name + ".md: it asks nothing; add a section `## Question`");
  if (parts.answer.empty()) errors.push_back(l.name + ".md: its question has no answer; add a section `## Answer` at the end");
  return errors.size() == faults ? std::optional(parts) : std::nullopt;
}

/// The introduction up to what is no CommonMark: GitHub's tables, which are paragraphs that begin with a bar.
std::string introduction_html(std::string_view text, std::string& title) {
  const node document = parsed(text);
  const node kept(cmark_node_new(CMARK_NODE_DOCUMENT));
  for (cmark_node* n = cmark_node_first_child(document.get()); n != nullptr;) {
    cmark_node* next = cmark_node_next(n);
    if (cmark_node_get_type(n) == CMARK_NODE_PARAGRAPH && words_of(n).starts_with('|')) break;
    if (is_heading(n, 1) && title.empty()) title = words_of(n);
    cmark_node_unlink(n);
    cmark_node_append_child(kept.get(), n);
    n = next;
  }
  return rendered(kept.get());
}

std::string link_to(const std::string& name, const std::string& words) { return "<a href=\"" + markup(name) + ".html\">" + markup(words) + "</a>"; }

/// What a table of the introduction says of a lesson: the last cell of the row that links to its text. HTML.
std::string table_words(std::string_view introduction, const std::string& name) {
  const std::size_t link = introduction.find("](" + name + ".md)");
  if (link == std::string_view::npos) return {};
  const std::size_t begin = introduction.rfind('\n', link) + 1;  // of npos, 0
  std::string_view row = introduction.substr(begin, introduction.find('\n', link) - begin);
  if (!row.starts_with('|') || !row.ends_with('|')) return {};
  row.remove_suffix(1);
  row.remove_prefix(row.rfind('|') + 1);
  std::string words = rendered(parsed(row).get());  // a paragraph of its own: what is in it
  constexpr std::string_view open = "<p>";
  constexpr std::string_view close = "</p>\n";
  return words.starts_with(open) && words.ends_with(close) ? words.substr(open.size(), words.size() - open.size() - close.size()) : std::string();
}

std::string index_page(std::span<const lesson> lessons, const std::vector<parsed_text>& texts, std::string_view introduction) {
  std::string title;
  std::string body = introduction_html(introduction, title);
  if (title.empty()) title = "A course";
  body += "<ol>\n";
  for (std::size_t n = 0; n < lessons.size(); ++n) {
    const std::string words = table_words(introduction, lessons[n].name);
    body += "<li>" + link_to(lessons[n].name, texts[n].title) + (words.empty() ? "" : ": " + words) + "</li>\n";
  }
  body += "</ol>\n";
  return "<!DOCTYPE html>\n<!-- SPDX-License-Identifier: Apache-2.0 -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         markup(title) + "</title>\n<style>\n" + std::string(paging::page_css()) + "</style>\n</head>\n<body>\n<main class=\"contents lesson\">\n" + body +
         "</main>\n</body>\n</html>\n";
}

/// To the lesson before, the contents, and the lesson behind.
std::string way_on(std::span<const lesson> lessons, const std::vector<parsed_text>& texts, std::size_t n) {
  std::string before = n == 0 ? "<span></span>" : link_to(lessons[n - 1].name, "Before: " + texts[n - 1].title);
  std::string after = n + 1 == lessons.size() ? "<span></span>" : link_to(lessons[n + 1].name, "Next: " + texts[n + 1].title);
  return "<nav aria-label=\"Lessons\">" + before + " " + link_to("index", "Contents") + " " + after + "</nav>\n";
}

}  // namespace

site course_site(std::span<const lesson> lessons, const page_rules& rules, std::string_view introduction) {
  site made;
  std::vector<parsed_text> texts;
  for (const lesson& l : lessons) {
    if (l.name == "index") made.errors.push_back("index.md: index.html is the list of the lessons; give this one another name");
    if (auto parts = parts_of(l, made.errors)) texts.push_back(std::move(*parts));
    const bool has_story = std::any_of(l.story.lines.begin(), l.story.lines.end(), [](const scenario_line& line) { return line.has_command; });
    if (!has_story) made.errors.push_back(l.name + ".ovl: it has no command; tell a story");
  }
  if (!made.errors.empty()) return made;
  made.files.push_back({"index.html", index_page(lessons, texts, introduction)});
  for (std::size_t n = 0; n < lessons.size(); ++n) {
    const std::string way = way_on(lessons, texts, n);
    const std::string before = "<article class=\"lesson\">\n" + way + texts[n].body + "</article>\n";
    const std::string after = "<article class=\"lesson\" aria-label=\"Question\">\n<h2>Question</h2>\n" + texts[n].question +
                              "<details>\n<summary>Answer</summary>\n" + texts[n].answer + "</details>\n" + way + "</article>\n";
    const std::string data = paging::stories_as_json({&lessons[n].story, 1}, {&rules, 1});
    made.files.push_back({lessons[n].name + ".html", paging::filled({"course", "h2", texts[n].title, before, data, after})});
  }
  return made;
}

}  // namespace ovlsim
