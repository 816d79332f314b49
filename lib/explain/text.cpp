// SPDX-License-Identifier: Apache-2.0
//
// An explanation as text. The terse story leaves out what went without saying, tells a decision that is taken the same way at each mount
// once, and puts uneventful commands on one line.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "explain/columns.hpp"
#include "ovlsim/explain.hpp"
#include "ovlsim/render.hpp"

namespace ovlsim {

namespace {

using namespace explaining;

class story_text {
 public:
  story_text(const explanation& e, const explain_options& options) : e_(e), options_(options) {
    int last = 0;
    for (const explained_step& s : e.steps) last = std::max(last, s.line);
    numbers_ = std::to_string(last).size() * (options.verbose || options.step != 0 ? 1 : 2) + (options.verbose || options.step != 0 ? 0 : 1);
  }

  std::string told() {
    for (std::size_t n = 0; n < e_.steps.size(); ++n) {
      if (options_.step != 0 && n + 1 != options_.step) continue;
      if (folds(e_.steps[n])) {
        fold(e_.steps[n]);
      } else {
        flush();
        step(e_.steps[n]);
      }
    }
    flush();
    for (const explained_finding& f : e_.findings) {
      if (options_.step == 0 || f.step + 1 == options_.step) finding(f);
    }
    if (e_.findings.empty() && options_.step == 0) text_ += "\nNothing was found: every expectation held, and no name got another file's inode.\n";
    return std::move(text_);
  }

 private:
  static std::string sentence(const std::string& words) { return words + (words.ends_with('.') ? "" : "."); }
  std::string margin(const std::string& number) const { return fmt::format("{:>{}}  ", number, numbers_); }
  std::string below() const { return std::string(numbers_ + 4, ' '); }

  std::vector<std::string> shown_facts(const explained_step& s) const {
    std::vector<std::string> shown;
    for (const explained_fact& f : s.facts) {
      // What was decided the same way before is told once; what a lookup or a command did is told each time.
      const bool again = f.what == explained_fact::kind::decided && told_.count(f.words) != 0;
      if (options_.verbose || options_.step != 0 ? options_.verbose || f.notable : f.notable && !again) {
        shown.push_back(f.words + (options_.verbose && !f.rule.empty() ? " [" + f.rule + "]" : ""));
      }
    }
    return shown;
  }

  std::vector<std::string> shown_log(const explained_step& s) const {
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < s.result.log.size();) {
      std::size_t times = 1;
      while (i + times < s.result.log.size() && s.result.log[i + times] == s.result.log[i]) ++times;
      const bool again = !options_.verbose && options_.step == 0 && told_.count(s.result.log[i]) != 0;
      if (!again) shown.push_back(s.result.log[i] + (times == 1 ? "" : fmt::format(" ({} times)", times)));
      i += times;
    }
    return shown;
  }

  bool folds(const explained_step& s) const {
    const bool plain = s.result.status == errc::ok && std::holds_alternative<std::monostate>(s.result.fields) && s.failed.empty();
    return !options_.verbose && options_.step == 0 && plain && shown_facts(s).empty() && shown_log(s).empty();
  }

  void fold(const explained_step& s) {
    const std::string more = (folded_.empty() ? "" : folded_ + "; ") + harmless(s.command);
    if (!folded_.empty() && numbers_ + 2 + columns_of(more) > columns) {
      flush();
      return fold(s);
    }
    if (folded_.empty()) first_ = s.line;
    last_ = s.line;
    folded_ = more;
  }

  void flush() {
    if (folded_.empty()) return;
    const std::string number = first_ == last_ ? std::to_string(first_) : fmt::format("{}-{}", first_, last_);
    text_ += folded(margin(number), folded_);
    folded_.clear();
  }

  void step(const explained_step& s) {
    constexpr std::size_t longest = 300;  // of a command or an answer
    const std::string first = margin(std::to_string(s.line)) + cut(harmless(s.command), longest);
    const std::string answer = cut(harmless(to_text(s.result)), longest);
    if (columns_of(first) + columns_of("  -> ") + columns_of(answer) <= columns) {
      text_ += first + "  -> " + answer + "\n";
    } else {
      text_ += folded(margin(std::to_string(s.line)), cut(harmless(s.command), longest));
      text_ += folded(below() + "-> ", answer);
    }
    const std::vector<std::string> facts = shown_facts(s);
    const std::vector<std::string> log = shown_log(s);
    for (const std::string& words : facts) text_ += folded(below(), words);
    for (const std::string& line : log) text_ += folded(below(), line);
    for (const failed_expectation& f : s.failed) text_ += folded(below() + "FAILED  ", "expected " + f.expected + ", got " + f.got);
    for (const explained_fact& f : s.facts) told_.insert(f.words);
    told_.insert(s.result.log.begin(), s.result.log.end());
  }

  void finding(const explained_finding& f) {
    text_ += "\n" + folded("Found at ", f.claim);
    std::size_t n = 0;
    for (const std::string& premise : f.premises) text_ += folded(fmt::format("  {}. ", ++n), sentence(premise));
    text_ += folded("  Therefore: ", sentence(f.therefore));
  }

  const explanation& e_;
  explain_options options_;
  std::string text_;
  std::size_t numbers_ = 0;
  std::set<std::string> told_;
  std::string folded_;
  int first_ = 0;
  int last_ = 0;
};

}  // namespace

std::string to_text(const explanation& e, const explain_options& options) { return story_text(e, options).told(); }

}  // namespace ovlsim
