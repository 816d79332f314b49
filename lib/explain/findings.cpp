// SPDX-License-Identifier: Apache-2.0
//
// What counts as a finding: an expectation that did not hold; a name that got the inode of another file, or none; ESTALE or EIO of an
// overlay where a decision or the log says why.
#include "explain/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "explain/calls.hpp"
#include "explain/handles.hpp"
#include "scenario/expectations.hpp"

namespace ovlsim::explaining {

namespace {

class finder {
 public:
  finder(const recording& run, const history& past, const std::vector<explained_step>& steps, const scenario& s)
      : run_(run), past_(past), steps_(steps) {
    for (const scenario_line& l : s.lines) {
      if (l.has_command) lines_.push_back(&l);
    }
  }

  std::vector<explained_finding> all() {
    for (std::size_t n = 0; n < run_.steps.size(); ++n) look_at(n);
    return std::move(found_);
  }

 private:
  void look_at(std::size_t n) {
    const std::vector<failed_expectation>& failed = steps_[n].failed;
    explained_finding f{n, claim(n), {}, {}};
    const identity what = by_identity(n, f, !failed.empty());
    if (what == identity::known) return;
    if (what == identity::found || by_refusal(n, f, !failed.empty())) {
      found_.push_back(std::move(f));
    } else if (!failed.empty()) {
      by_evidence(n, f);
      found_.push_back(std::move(f));
    }
  }

  std::string claim(std::size_t n) const {
    const explained_step& s = steps_[n];
    std::string words = fmt::format("line {}: {}: ", s.line, s.command);
    for (const failed_expectation& f : s.failed) words += "expected " + f.expected + ", got " + f.got + "; ";
    if (s.failed.empty()) return words + std::string(name(s.result.status));
    words.resize(words.size() - 2);
    return words;
  }

  /// `always`: even if an earlier finding has the same cause, which is `known` else.
  enum class identity : std::uint8_t { none, known, found };
  identity by_identity(std::size_t n, explained_finding& f, bool always) {
    identity what = identity::none;
    for (const event& e : run_.steps[n].events) {
      const auto* l = std::get_if<looked_up>(&e);
      const std::optional<identity_event> found = l == nullptr ? std::nullopt : identity_event_of(run_, past_, n, *l);
      if (!found) continue;
      const bool is_new = identities_.insert({found->what, l->what.overlay, l->what.key.fs, l->what.key.ino, l->what.upper, l->what.cached_upper}).second;
      what = identity::known;
      if (!is_new && !always) continue;
      prove_identity(run_, past_, n, *found, f);
      return identity::found;
    }
    return what;
  }

  /// ESTALE, EIO and the like of an overlay, told by the decisions and the log.
  bool by_refusal(std::size_t n, explained_finding& f, bool always) {
    const recorded_step& s = run_.steps[n];
    const bool bad = s.result.status == errc::estale || s.result.status == errc::eio;
    if (!(bad || (always && s.result.status != errc::ok)) || !asks_overlay(run_.before(n), s.what)) return false;
    std::vector<std::string> premises;
    if (const auto* m = std::get_if<cmd::mount>(&s.what)) root_origin(n, *m, premises);
    facts_of_step(n, true, premises);
    std::optional<log_entry> last;
    std::set<std::string> told;
    for (const std::string& line : s.result.log) {
      const std::optional<log_entry> entry = log_entry_for(line);
      if (!told.insert(line).second || !entry) continue;
      premises.push_back(line + (line.ends_with('.') ? " " : ": ") + std::string(entry->means));
      last = entry;
    }
    if (premises.empty() || (!refusals_.insert(premises).second && !always)) return false;
    f.premises = std::move(premises);
    f.therefore = fmt::format("{} answers {}", verb(s.what), name(s.result.status));
    if (last) f.therefore += fmt::format(". Is data at risk? {} {}", last->risk, last->cure);
    return true;
  }

  /// A mount with an index: what the upper root says of its lower.
  void root_origin(std::size_t n, const cmd::mount& m, std::vector<std::string>& premises) const {
    const world& w = run_.after(n);
    if (!m.options.upper || m.options.lower.empty()) return;
    const auto place = [&](const path& p) -> real_place {
      for (std::uint32_t fs = 0; fs < w.filesystems.size(); ++fs) {
        if (name_of(w, *w.filesystems[fs]) == p.fs) return {fs, inode_at(w, *w.filesystems[fs], p.rest)};
      }
      return {};
    };
    const real_place upper = place(*m.options.upper);
    const real_place lower = place(m.options.lower.front());
    if (upper.ino == 0 || lower.ino == 0) return;
    const std::string_view xattr = m.options.userxattr ? "user.overlay.origin" : "trusted.overlay.origin";
    const auto stored = xattr_of(w, *filesystem_at(w, upper.fs), upper.ino, xattr);
    const auto handle = stored ? decode_handle(*stored) : std::nullopt;
    if (!handle) return;
    const auto since = past_.stored_at(instance_of(w, upper), xattr, *stored, n);
    const backing::filesystem& fs = *filesystem_at(w, lower.fs);
    premises.push_back(fmt::format("{} says since line {} that its lower is {}", path_of(w, upper.fs, upper.ino),
                                   since ? run_.steps[*since].line : run_.steps[n].line, in_short(*handle)));
    premises.push_back(fmt::format("{} is inode {}, generation {}, of the filesystem with UUID {}, made at line {}",
                                   path_of(w, lower.fs, lower.ino), lower.ino, fs.inodes.find(lower.ino)->generation, uuid_in_words(fs.id),
                                   run_.steps[past_.made_at(lower.fs, n)].line));
  }

  /// What is known of the paths, at this command and where a variable got its value.
  void by_evidence(std::size_t n, explained_finding& f) {
    for (const std::string& e : told_of(n)) f.premises.push_back(e.starts_with("Line ") ? e : fmt::format("Line {}: {}", steps_[n].line, e));
    mount_decisions(n, f.premises);
    facts_of_step(n, true, f.premises);
    std::string before;
    for (const expectation& e : lines_[n]->expected) {
      const std::optional<std::size_t> bound = first_use(e, n);
      if (!bound) continue;
      for (const std::string& words : told_of(*bound)) f.premises.push_back(words.starts_with("Line ") ? words : fmt::format("Line {}, which bound {}: {}", steps_[*bound].line, e.value, words));
      before = fmt::format(": what answers here is not what answered at line {}", steps_[*bound].line);
    }
    if (f.premises.empty()) facts_of_step(n, false, f.premises);
    const failed_expectation& failed = steps_[n].failed.front();
    f.therefore = fmt::format("the answer is {}, not {}{}", failed.got, failed.expected, before);
  }

  void facts_of_step(std::size_t n, bool only_notable, std::vector<std::string>& premises) const {
    for (const explained_fact& fact : steps_[n].facts) {
      if (fact.what == explained_fact::kind::change || (only_notable && !fact.notable)) continue;
      premises.push_back(fact.words + (fact.rule.empty() ? "" : " [" + fact.rule + "]"));
    }
  }

  /// What the mounts of the overlays that a command is about decided about them.
  void mount_decisions(std::size_t n, std::vector<std::string>& premises) const {
    for (const path& p : paths_of(run_.steps[n].what)) {
      for (std::size_t m = n; m-- > 0;) {
        const auto* mount = std::get_if<cmd::mount>(&run_.steps[m].what);
        if (mount == nullptr || mount->overlay != p.fs || run_.steps[m].result.status != errc::ok) continue;
        for (const explained_fact& fact : steps_[m].facts) {
          const std::string words = fmt::format("Line {}: {} [{}]", steps_[m].line, fact.words, fact.rule);
          const bool told = std::find(premises.begin(), premises.end(), words) != premises.end();
          if (fact.notable && fact.what == explained_fact::kind::decided && !told) premises.push_back(words);
        }
        break;
      }
    }
  }

  std::vector<std::string> told_of(std::size_t n) const {
    std::vector<std::string> all;
    for (const path& p : paths_of(run_.steps[n].what)) {
      for (std::string& e : evidence(run_, past_, p, n)) {
        if (std::find(all.begin(), all.end(), e) == all.end()) all.push_back(std::move(e));
      }
    }
    return all;
  }

  /// The command before `n` at which the variable of an expectation got its value.
  std::optional<std::size_t> first_use(const expectation& e, std::size_t n) const {
    if (!scenario_text::is_variable(e)) return std::nullopt;
    for (std::size_t before = 0; before < n; ++before) {
      for (const expectation& other : lines_[before]->expected) {
        if (scenario_text::is_variable(other) && other.value == e.value) return before;
      }
    }
    return std::nullopt;
  }

  const recording& run_;
  const history& past_;
  const std::vector<explained_step>& steps_;
  std::vector<const scenario_line*> lines_;
  std::vector<explained_finding> found_;
  std::set<std::tuple<identity_event::kind, std::uint32_t, std::uint32_t, ino_t64, ino_t64, ino_t64>> identities_;
  std::set<std::vector<std::string>> refusals_;
};

}  // namespace

std::vector<explained_finding> findings_of(const recording& run, const history& past, const std::vector<explained_step>& steps,
                                           const scenario& s) {
  return finder(run, past, steps, s).all();
}

}  // namespace ovlsim::explaining
