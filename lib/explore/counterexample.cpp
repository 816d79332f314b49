// SPDX-License-Identifier: Apache-2.0
//
// The story is told again on a world as it is, not in canonical form, and each answer becomes an expectation. Numbers are variables:
// the first line that has one binds it.
#include "explore/counterexample.hpp"

#include <map>

#include "explore/cones.hpp"
#include "ovlsim/render.hpp"

namespace ovlsim::explore_parts {

namespace {

class teller {
 public:
  teller(const scope& s, const kernel& k, const property& p) : scope_(s), kernel_(k), property_(p), lowers_(cones_of(s).lowers) {}

  counterexample tell(std::vector<std::uint32_t> moves) {
    counterexample c;
    comment(" " + std::string(property_.name) + " is broken: " + std::string(property_.words) + ".");
    const std::size_t why_line = story_.lines.size();
    comment("");
    for (const command& setup : scope_.setup) line(setup, happen(setup).answer);
    for (std::size_t n = 0; n < moves.size(); ++n) {
      const move& m = scope_.moves[moves[n]];
      blank();
      const bool named = m.commands.size() > 1 || print(m.commands.front()) != m.name;
      comment(" move " + std::to_string(n + 1) + (named ? ": " + m.name : ""));
      for (const command& what : m.commands) {
        const told_step t = happen(what);
        line(what, t.answer);
        if (n + 1 == moves.size() && t.found.what == finding::kind::broken) {
          c.why = t.found.why;
          for (const command& shows : t.found.evidence) line(shows, happen(shows).answer);
          break;
        }
      }
    }
    story_.lines[why_line].comment = " " + c.why + ".";
    c.moves = std::move(moves);
    for (std::size_t n = 0; n < story_.lines.size(); ++n) story_.lines[n].number = static_cast<int>(n + 1);
    c.story = std::move(story_);
    c.story.file = std::string(property_.name) + ".ovl";
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

  void comment(std::string text) {
    scenario_line l;
    l.has_comment = true;
    l.comment = std::move(text);
    story_.lines.push_back(std::move(l));
  }
  void blank() { story_.lines.emplace_back(); }

  void line(const command& c, const outcome& o) {
    scenario_line l;
    l.has_command = true;
    l.what = c;
    l.expected.push_back({expectation::kind::status, "", std::string(name(o.status))});
    if (const auto* s = std::get_if<answer::stat>(&o.fields)) {
      if (s->type != file_type::dir) {
        number(l, "ino", s->ino, inos_);
        number(l, "dev", s->dev, devs_);
      }
    }
    if (std::holds_alternative<answer::data>(o.fields)) l.expected.push_back({expectation::kind::field_equal, "data", *field(o, "data")});
    if (o.status == errc::estale && !o.log.empty()) {
      constexpr std::string_view prefix = "overlayfs: ";
      l.expected.push_back({expectation::kind::log_has, "log", o.log.front().substr(prefix.size())});
    }
    story_.lines.push_back(std::move(l));
  }

  /// `ino=$ino1`, and that it is none of those seen before under other names.
  void number(scenario_line& l, const std::string& what, std::uint64_t value, std::map<std::uint64_t, std::string>& known) {
    const auto [at, is_new] = known.emplace(value, "$" + what + std::to_string(known.size() + 1));
    if (is_new && what == "ino") {  // device numbers are given again by live kernels
      for (const auto& [other, variable] : known) {
        if (other != value) l.expected.push_back({expectation::kind::field_differs, what, variable});
      }
    }
    l.expected.push_back({expectation::kind::field_equal, what, at->second});
  }

  const scope& scope_;
  const kernel& kernel_;
  const property& property_;
  std::vector<std::string> lowers_;
  world world_;
  memory past_;
  scenario story_;
  std::map<std::uint64_t, std::string> inos_;
  std::map<std::uint64_t, std::string> devs_;
};

}  // namespace

counterexample told(const scope& s, const kernel& k, const property& p, std::vector<std::uint32_t> moves) {
  return teller(s, k, p).tell(std::move(moves));
}

}  // namespace ovlsim::explore_parts
