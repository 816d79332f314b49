// SPDX-License-Identifier: Apache-2.0
#include "explain/record.hpp"

namespace ovlsim::explaining {

namespace {

class recorder : public observer {
 public:
  std::vector<event> events;

  void decided(std::string_view rule, const decision& what) override {
    events.emplace_back(explaining::decided{std::string(rule), what});
  }
  void followed(const origin_record& what) override {
    explaining::followed kept{what, std::string(what.stored)};
    kept.what.stored = {};
    events.emplace_back(std::move(kept));
  }
  void looked_up(const inode_record& what) override {
    explaining::looked_up kept{what, std::string(what.name)};
    kept.what.name = {};
    events.emplace_back(std::move(kept));
  }
};

}  // namespace

recording record(const scenario& s, const kernel& k) {
  recording run;
  world w;
  for (const scenario_line& line : s.lines) {
    if (!line.has_command) continue;
    recorder seen;
    outcome result = apply(w, line.what, k, &seen);
    run.steps.push_back({line.number, line.what, std::move(result), std::move(seen.events), w});
  }
  return run;
}

}  // namespace ovlsim::explaining
