// SPDX-License-Identifier: Apache-2.0
//
// The story is told again on a world as it is, not in canonical form, and each answer becomes an expectation.
#include "explore/counterexample.hpp"

#include <algorithm>

#include "explore/cones.hpp"
#include "explore/story_writer.hpp"

namespace ovlsim::explore_parts {

namespace {

/// As a comment is, whatever a property has said.
std::string on_one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

class teller {
 public:
  teller(const scope& s, const kernel& k, const property& p) : scope_(s), kernel_(k), property_(p), lowers_(cones_of(s).lowers) {}

  counterexample tell(std::vector<std::uint32_t> moves) {
    counterexample c;
    story_.comment(" " + std::string(property_.name) + " is broken: " + std::string(property_.words) + ".");
    const std::size_t why_line = story_.size();
    story_.comment("");
    for (const command& setup : scope_.setup) story_.line(setup, happen(setup).answer);
    for (std::size_t n = 0; n < moves.size(); ++n) {
      const move& m = scope_.moves[moves[n]];
      story_.begin_move(m, n + 1);
      for (const command& what : m.commands) {
        const told_step t = happen(what);
        story_.line(what, t.answer);
        if (n + 1 == moves.size() && t.found.what == finding::kind::broken) {
          c.why = t.found.why.empty() ? "`" + print(what) + "` breaks it" : t.found.why;
          for (const command& shows : t.found.evidence) story_.line(shows, happen(shows).answer);
          break;
        }
      }
    }
    if (c.why.empty()) c.why = "told again it is not broken: the property, or a rule, does not judge the same step the same way each time";
    story_.comment_at(why_line) = " " + on_one_line(c.why) + ".";
    c.moves = std::move(moves);
    c.story = story_.finished(std::string(property_.name) + ".ovl");
    return c;
  }

 private:
  struct told_step {
    outcome answer;
    finding found;
  };

  told_step happen(const command& c) {
    const world before = world_;
    const memory past = past_;
    told_step t;
    t.answer = apply(world_, c, kernel_);
    const step s{before, c, t.answer, world_, past, kernel_};
    t.found = property_.judge(s);
    const remembers needs[] = {property_.needs};
    past_ = remember(s, needs, lowers_);
    return t;
  }

  const scope& scope_;
  const kernel& kernel_;
  const property& property_;
  std::vector<std::string> lowers_;
  world world_;
  memory past_;
  story_writer story_;
};

}  // namespace

counterexample told(const scope& s, const kernel& k, const property& p, std::vector<std::uint32_t> moves) {
  return teller(s, k, p).tell(std::move(moves));
}

}  // namespace ovlsim::explore_parts
