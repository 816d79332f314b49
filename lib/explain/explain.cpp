// SPDX-License-Identifier: Apache-2.0
#include "ovlsim/explain.hpp"

#include <algorithm>

#include "explain/calls.hpp"
#include "explain/changes.hpp"
#include "explain/events.hpp"
#include "explain/findings.hpp"

namespace ovlsim {

namespace {

using namespace explaining;

std::vector<explained_fact> facts_of(const recording& run, const history& past, std::size_t n) {
  const recorded_step& s = run.steps[n];
  const bool on_overlay = asks_overlay(run.before(n), s.what) || asks_overlay(run.after(n), s.what);
  std::vector<explained_fact> facts = {{explained_fact::kind::call, false, call_words(s.what, on_overlay), {}}};
  for (explained_fact& f : event_facts(run, past, n)) facts.push_back(std::move(f));
  const std::vector<copy_up> copied = copy_ups_between(run.before(n), run.after(n), n);
  for (explained_fact& f : filesystem_changes(run.before(n), run.after(n), on_overlay, copied)) facts.push_back(std::move(f));
  for (explained_fact& f : overlay_changes(run.before(n), run.after(n))) facts.push_back(std::move(f));
  return facts;
}

}  // namespace

explanation explain(const scenario& s, const kernel& k) {
  const recording run = record(s, k);
  const history past(run);
  std::vector<answered> answers;
  for (const recorded_step& r : run.steps) answers.push_back({r.line, std::string(verb(r.what)), r.result});
  const std::vector<failed_expectation> failed = check_expectations(s, answers);
  explanation e;
  for (std::size_t n = 0; n < run.steps.size(); ++n) {
    const recorded_step& r = run.steps[n];
    explained_step told{r.line, print(r.what), r.result, facts_of(run, past, n), {}};
    std::copy_if(failed.begin(), failed.end(), std::back_inserter(told.failed), [&](const auto& f) { return f.line == r.line; });
    e.steps.push_back(std::move(told));
  }
  e.findings = findings_of(run, past, e.steps, s);
  return e;
}

}  // namespace ovlsim
