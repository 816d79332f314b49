// SPDX-License-Identifier: Apache-2.0
#include "page/lesson_text.hpp"

#include "page/template.hpp"

namespace ovlsim::paging {

namespace {

text_tree empty_text() { return text_tree(cmark_node_new(CMARK_NODE_DOCUMENT)); }

/// The elements of a page have addresses, too, which no heading may take; and so have the two headings that a page writes anew.
std::set<std::string> taken_addresses() {
  std::set<std::string> taken = {"question", "answer"};
  constexpr std::string_view attribute = " id=\"";
  const std::string_view html = page_html();
  for (std::size_t at = html.find(attribute); at != std::string_view::npos; at = html.find(attribute, at)) {
    at += attribute.size();
    taken.emplace(html.substr(at, html.find('"', at) - at));
  }
  return taken;
}

/// Sorts what stands at the top of a text into its parts.
class sorter {
 public:
  sorter(const lesson& l, std::vector<std::string>& errors) : file_(text_of(l.name)), errors_(errors) {
    for (text_tree* t : {&text_.body, &text_.question, &text_.answer, &text_.behind}) *t = empty_text();
    into_ = text_.body.get();
  }

  void sort(cmark_node* document) {
    for (cmark_node* n = cmark_node_first_child(document); n != nullptr;) {
      cmark_node* const next = cmark_node_next(n);
      if (!is_section(n)) {
        cmark_node_unlink(n);
        cmark_node_append_child(into_, n);
      }
      n = next;
    }
  }

  lesson_text done() {
    const auto lacks = [](const text_tree& part) { return cmark_node_first_child(part.get()) == nullptr; };
    if (text_.title.empty()) errors_.push_back(file_ + ": it has no title; let it begin with `# Title`");
    if (lacks(text_.question)) errors_.push_back(file_ + ": it asks nothing; add a section `## Question`");
    if (lacks(text_.answer)) errors_.push_back(file_ + ": its question has no answer; add a section `## Answer` at the end");
    std::set<std::string> taken = taken_addresses();
    const std::set<std::string> others = taken;
    for (text_tree* t : {&text_.body, &text_.question, &text_.answer, &text_.behind}) name_headings(t->get(), taken);
    for (const std::string& part : taken) {
      if (others.count(part) == 0) text_.parts.insert(part);
    }
    text_.parts.insert({"question", "answer"});
    return std::move(text_);
  }

 private:
  /// Notes a heading; true for one that begins a part, and is not shown itself.
  bool is_section(cmark_node* n) {
    const bool is_first_level = is_heading(n, 1);
    if (!is_first_level && !is_heading(n, 2)) return false;
    const std::string words = words_of(n);
    if (is_first_level && text_.title.empty()) text_.title = words;
    if (!is_first_level && words == "Question") return begin(n, words, text_.question, has_question_);
    if (!is_first_level && words == "Answer") {
      if (!has_question_) say(n, "the answer stands before its question; put `## Question` first");
      return begin(n, words, text_.answer, has_answer_);
    }
    // A reader whose answer is hidden still reads on at the next heading.
    if (into_ == text_.answer.get()) into_ = text_.behind.get();
    return false;
  }

  bool begin(cmark_node* n, const std::string& words, const text_tree& part, bool& has_it) {
    if (has_it) say(n, "a second section `## " + words + "`; write one, with all that belongs to it");
    has_it = true;
    into_ = part.get();
    return true;
  }

  void say(cmark_node* n, const std::string& fault) { errors_.push_back(file_ + ":" + std::to_string(cmark_node_get_start_line(n)) + ": " + fault); }

  std::string file_;
  std::vector<std::string>& errors_;
  lesson_text text_;
  cmark_node* into_ = nullptr;
  bool has_question_ = false;
  bool has_answer_ = false;
};

}  // namespace

lesson_text parts_of(const lesson& l, std::vector<std::string>& errors) {
  const text_tree document = parsed(l.text);
  sorter parts(l, errors);
  parts.sort(document.get());
  return parts.done();
}

}  // namespace ovlsim::paging
