// SPDX-License-Identifier: Apache-2.0
//
// Why: a scenario told step by step, each answer with the decisions that led to it and what became of the world; and what is found on
// the way, each finding as a short proof. All of it is derived from the records of the run and from the worlds before and after each
// command; no name or comment of the scenario has a meaning here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/run.hpp"

namespace ovlsim {

/// One thing that a command did, or that was decided while it ran.
struct explained_fact {
  enum class kind : std::uint8_t {
    call,      ///< what was asked of whom: the system call and the kernel function that answers it
    decided,   ///< a decision: function, answer, why, rule
    lookup,    ///< what a lookup found: an origin that was followed, an overlay inode from the cache
    change,    ///< what is otherwise in the world than before
  };
  kind what = kind::change;
  bool notable = false;  ///< part of the terse story
  std::string words;
  std::string rule;      ///< of a decision: the rule that took it
};

/// One command of the scenario.
struct explained_step {
  int line = 0;              ///< in the file
  std::string command;       ///< as the language writes it
  outcome result;
  std::vector<explained_fact> facts;  ///< in the order of events; what became of the world comes last
  std::vector<failed_expectation> failed;
};

/// Something that a reader has to know: an expectation that did not hold, ESTALE or EIO of an overlay, the data of another file.
struct explained_finding {
  std::size_t step = 0;       ///< its place in explanation::steps
  std::string claim;          ///< what is to be explained
  std::vector<std::string> premises;
  std::string therefore;
};

struct explanation {
  std::vector<explained_step> steps;
  std::vector<explained_finding> findings;
};

/// Runs `s` on the model under `k` and explains it. Deterministic.
explanation explain(const scenario& s, const kernel& k);

struct explain_options {
  bool verbose = false;   ///< every decision and every change; else what matters, and uneventful commands on one line
  std::size_t step = 0;   ///< this command alone, counted from 1; 0: all of them
};

/// Lines of at most 100 columns.
std::string to_text(const explanation& e, const explain_options& options);

/// A line that overlayfs writes to the kernel log.
struct log_entry {
  std::string_view name;       ///< of the function that writes it in model/overlay/log.cpp, with `-` for `_`, where one does
  std::string_view pattern;    ///< the line behind `overlayfs: `; `{}` stands for what differs from case to case
  std::string_view means;
  std::string_view when;       ///< when it happens, with the kernel function
  std::string_view risk;       ///< is data at risk?
  std::string_view cure;       ///< what to do
  std::string_view unreached;  ///< empty where examples/log/NAME.ovl produces it; else why the model does not write it, and no scenario can
};

/// All of them: those of the model in the order of model/overlay/log.cpp, then those that take what is outside of stories (a failing
/// disk, other options, two things at one time).
std::vector<log_entry> log_entries();

/// The entry for a line as it stands in the log, with or without what dmesg puts before it; nothing where overlayfs prints no such line.
/// Where several patterns fit, the one with the most text of its own.
std::optional<log_entry> log_entry_for(std::string_view line);

/// The text of examples/log/NAME.ovl, which is a part of this library; empty where there is none of that name.
std::string_view log_scenario(std::string_view name) noexcept;

/// A line of the log explained: what it means, when it happens, what is at risk, what to do, and the scenario. Lines of at most 100
/// columns.
std::string to_text(const log_entry& entry, std::string_view line);

}  // namespace ovlsim
