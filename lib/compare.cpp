// SPDX-License-Identifier: Apache-2.0
//
// Walks two runs side by side and holds each answer against its counterpart. The renamings that carry over from one answer
// to the next live in the walker; what a number, a stored handle or a log line is compared by lives in the files beside this.
#include "ovlsim/compare.hpp"

#include <algorithm>
#include <array>

#include "compare_handles.hpp"
#include "compare_log.hpp"
#include "compare_renaming.hpp"
#include "ovlsim/render.hpp"
#include "render/fields.hpp"
#include "scenario/values.hpp"

namespace ovlsim {
namespace {

using compare::renaming;

bool restarts_devices(std::string_view verb) {
  constexpr std::array<std::string_view, 7> verbs = {"mount",   "umount", "mkfs", "mksquashfs",
                                                     "mkerofs", "mke2fs", "clone"};
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

std::string status_in_words(const outcome& o) {
  std::string words(name(o.status));
  for (const std::string& line : o.log) words += " [" + line + "]";
  return words;
}

std::string list(const std::vector<std::string>& names) {
  std::string words;
  for (const std::string& one : names) words += (words.empty() ? "" : " ") + render::shown_name(one);
  return words.empty() ? "none" : words;
}

class walker {
 public:
  std::vector<difference> found;

  void step(const answered& left, const answered& right) {
    line_ = left.line;
    verb_ = left.verb;
    if (left.line != right.line || left.verb != right.verb) {
      return differ("command", left.verb + " of line " + std::to_string(left.line),
                    right.verb + " of line " + std::to_string(right.line));
    }
    if (restarts_devices(verb_)) devices_.restart();
    if (left.result.status != right.result.status) {
      // The log of the one that failed is a part of the same cause, and tells it.
      return differ("status", status_in_words(left.result), status_in_words(right.result));
    }
    fields(left.result.fields, right.result.fields);
    // A recorded answer, or an older kernel's, may not tell.
    if (left.result.options && right.result.options) equal("options", *left.result.options, *right.result.options);
    for (auto& d : compare::compare_logs(left.result.log, right.result.log)) differ("log", d.left, d.right);
  }

  void missing(const answered& left, std::string l, std::string r) {
    line_ = left.line;
    verb_ = left.verb;
    differ("answer", std::move(l), std::move(r));
  }

 private:
  void differ(std::string what, std::string left, std::string right) {
    found.push_back({line_, verb_, std::move(what), std::move(left), std::move(right)});
  }

  void equal(std::string_view what, const std::string& left, const std::string& right) {
    if (left != right) differ(std::string(what), left, right);
  }

  void renamed(renaming& numbers, std::string_view what, std::uint64_t left, std::uint64_t right,
               const std::string& before = "") {
    if (const auto wrong = numbers.add(std::to_string(left), std::to_string(right), line_)) {
      differ(std::string(what), before + wrong->left, before + wrong->right);
    }
  }

  void fields(const answer_fields& left, const answer_fields& right) {
    if (left.index() != right.index()) {
      return differ("fields", "fields of kind " + std::to_string(left.index()),
                    "fields of kind " + std::to_string(right.index()));
    }
    std::visit([&](const auto& l) { these(l, std::get<std::decay_t<decltype(l)>>(right)); }, left);
  }

  void these(const std::monostate&, const std::monostate&) {}

  void these(const answer::stat& l, const answer::stat& r) {
    equal("type", std::string(name(l.type)), std::string(name(r.type)));
    equal("mode", scenario_text::print_mode(l.mode), scenario_text::print_mode(r.mode));
    equal("nlink", std::to_string(l.nlink), std::to_string(r.nlink));
    // Numbers of two different things have nothing to say to each other, and a directory's size is no field.
    if (l.type == r.type) {
      const bool dir = l.type == file_type::dir;
      if (!dir) equal("size", std::to_string(l.size), std::to_string(r.size));
      renamed(dir ? directories_ : others_, "ino", l.ino, r.ino);
    }
    renamed(devices_, "dev", l.dev, r.dev);
  }

  void these(const answer::data& l, const answer::data& r) {
    if (l != r) differ("data", render::shown_data(l.bytes), render::shown_data(r.bytes));
  }

  void these(const answer::target& l, const answer::target& r) {
    if (l != r) differ("target", render::shown_name(l.text), render::shown_name(r.text));
  }

  void these(const answer::value& l, const answer::value& r) {
    if (compare::is_stored_handle(l.bytes) && compare::is_stored_handle(r.bytes)) {
      if (const auto wrong = handles_.add(l.bytes, r.bytes, line_)) differ("value", wrong->left, wrong->right);
    } else if (compare::is_random_uuid(l.bytes) && compare::is_random_uuid(r.bytes)) {
      if (const auto wrong = handles_.add_uuid(l.bytes, r.bytes, line_)) differ("value", wrong->left, wrong->right);
    } else if (l != r) {
      differ("value", render::shown_value(l.bytes), render::shown_value(r.bytes));
    }
  }

  void these(const answer::names& l, const answer::names& r) {
    if (l != r) differ("names", list(l.sorted), list(r.sorted));
  }

  void these(const answer::entries& l, const answer::entries& r) {
    const listing left = listing_of(l);
    const listing right = listing_of(r);
    if (names_of(left) != names_of(right)) differ("entries", list(names_of(left)), list(names_of(right)));
    // Both are sorted by name; what only one has was just reported.
    auto at = right.named.begin();
    for (const answer::entry* one : left.named) {
      while (at != right.named.end() && (*at)->name < one->name) ++at;
      if (at == right.named.end()) break;
      if ((*at)->name == one->name) entry(*one, **at);
    }
    for (std::size_t n = 0; n < std::min(left.index.size(), right.index.size()); ++n) index_entry(*left.index[n], *right.index[n]);
    for (std::size_t n = 0; n < std::min(left.temporary.size(), right.temporary.size()); ++n) {
      entry(*left.temporary[n], *right.temporary[n]);
    }
  }

  void entry(const answer::entry& l, const answer::entry& r) {
    const std::string what = render::shown_name(l.name) + ": ";
    if (l.type != r.type) {
      return differ("entries", what + std::string(name(l.type)), what + std::string(name(r.type)));
    }
    renamed(l.type == entry_type::dir ? directories_ : others_, "entries", l.ino, r.ino, what + "ino ");
  }

  /// Entries of an index directory are named after file handles, in which there are random numbers, temporary ones after a counter that
  /// the whole machine shares: they are held against each other in the order of their inode numbers, the one order that both runs have.
  struct listing {
    std::vector<const answer::entry*> named;
    std::vector<const answer::entry*> index;
    std::vector<const answer::entry*> temporary;
  };
  static listing listing_of(const answer::entries& entries) {
    listing all;
    for (const answer::entry& one : entries.by_name) {
      const bool index = compare::is_random_handle(compare::handle_in_name(one.name));
      (index ? all.index : compare::is_temporary(one.name) ? all.temporary : all.named).push_back(&one);
    }
    const auto by_number = [](const auto* a, const auto* b) { return a->ino < b->ino; };
    std::sort(all.index.begin(), all.index.end(), by_number);
    std::sort(all.temporary.begin(), all.temporary.end(), by_number);
    return all;
  }

  void index_entry(const answer::entry& l, const answer::entry& r) {
    entry(l, r);
    const auto wrong = handles_.add(compare::handle_in_name(l.name), compare::handle_in_name(r.name), line_);
    if (wrong) differ("entries", wrong->left, wrong->right);
  }

  static std::vector<std::string> names_of(const listing& l) {
    std::vector<std::string> names;
    for (const answer::entry* one : l.named) names.push_back(one->name);
    if (!l.index.empty()) names.push_back(std::to_string(l.index.size()) + " named after file handles");
    if (!l.temporary.empty()) names.push_back(std::to_string(l.temporary.size()) + " temporary");
    return names;
  }

  int line_ = 0;
  std::string verb_;
  renaming directories_;
  renaming others_;
  renaming devices_;
  compare::handle_renaming handles_;
};

}  // namespace

std::vector<difference> compare_runs(const std::vector<answered>& left, const std::vector<answered>& right) {
  walker walk;
  const std::size_t both = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < both; ++i) walk.step(left[i], right[i]);
  // One report: a run that ended early lacks all the rest.
  if (left.size() > both) walk.missing(left[both], status_in_words(left[both].result), "no answer");
  if (right.size() > both) walk.missing(right[both], "no answer", status_in_words(right[both].result));
  return std::move(walk.found);
}

bool same_kind(const difference& a, const difference& b) {
  if (a.verb != b.verb || a.what != b.what) return false;
  if (a.what != "status") return true;
  const auto first_word = [](const std::string& words) { return words.substr(0, words.find(' ')); };
  return first_word(a.left) == first_word(b.left) && first_word(a.right) == first_word(b.right);
}

}  // namespace ovlsim
