// SPDX-License-Identifier: Apache-2.0
//
// A rule is a plain function, so that who watches it stands in the thread's own storage.
#include "explore/twins.hpp"

#include <algorithm>
#include <array>

#include "ovlsim/policy.hpp"

namespace ovlsim::explore_parts {

namespace {

thread_local twins* watcher = nullptr;

/// The decisions whose questions are watched: those that policies are about. Kernels with other rules elsewhere are taken to differ,
/// whatever the rules are called: somebody's own policy may reuse a name.
constexpr std::array watched_decisions = {
    std::string_view("can_decode"),      std::string_view("lower_uuid"),        std::string_view("origin_type"),
    std::string_view("origin_conflict"), std::string_view("origin_lookup"),     std::string_view("follow_origin"),
    std::string_view("stored_instance"), std::string_view("root_origin_check"), std::string_view("dir_origin_check"),
    std::string_view("store_origin"),    std::string_view("revalidate")};

bool differ_elsewhere(const kernel& a, const kernel& b) {
  for (std::size_t place = 0; place < decisions().size(); ++place) {
    const bool is_watched = std::find(watched_decisions.begin(), watched_decisions.end(), decisions()[place].name) != watched_decisions.end();
    if (!is_watched && !same_rule(a, b, place)) return true;
  }
  return false;
}

}  // namespace

template <auto Rule, class Question>
auto twins::asked(const Question& q) {
  twins& t = *watcher;
  const auto answer = (t.first_.*Rule)(q);
  for (std::size_t n = 0; n < t.others_.size(); ++n) {
    if (t.alike_[n] && (t.others_[n].*Rule)(q) != answer) t.alike_[n] = false;
  }
  return answer;
}

namespace {

template <class Question, class Answer>
Question question_of(const rule<Question, Answer>&);

}  // namespace

template <auto Rule>
void twins::watch() {
  using question = decltype(question_of(first_.*Rule));
  (watched_.*Rule).decide = [](const question& q) { return asked<Rule, question>(q); };
}

twins::twins(const kernel& first, const std::vector<kernel>& others)
    : first_(first), others_(others), alike_(others.size(), true), watched_(first) {
  for (std::size_t n = 0; n < others.size(); ++n) alike_[n] = !differ_elsewhere(first, others[n]);
  watch<&kernel::can_decode>();
  watch<&kernel::lower_uuid>();
  watch<&kernel::origin_type>();
  watch<&kernel::origin_conflict>();
  watch<&kernel::origin_lookup>();
  watch<&kernel::follow_origin>();
  watch<&kernel::stored_instance>();
  watch<&kernel::root_origin_check>();
  watch<&kernel::dir_origin_check>();
  watch<&kernel::store_origin>();
  watch<&kernel::revalidate>();
  watcher = this;
}

twins::~twins() { watcher = nullptr; }

}  // namespace ovlsim::explore_parts
