// SPDX-License-Identifier: Apache-2.0
//
// What the subcommands share: reading scenarios, writing results and diagnostics, colours, exit codes.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::cli {

/// The worse of two exit codes: usage before "cannot run here" before a failed expectation before an
/// incomplete search before none.
int worse(int a, int b) noexcept;

/// What this command is called, as its users type it: the last component of argv[0].
void know_program(std::string_view argv0);
const std::string& program();

/// Each of them once, the first where it is.
std::vector<std::string> each_once(std::vector<std::string> words);

/// What an option that counts from 1 takes, said in fewer words than CLI::PositiveNumber does.
CLI::Validator positive_number();

/// The whole file, `-` being standard input. On failure says why on standard error.
std::optional<std::string> read_file(const std::string& file);

/// The scenario in that file. On failure (unreadable, scenario errors) says why on standard error.
std::optional<scenario> load(const std::string& file);

/// Results go to standard output, diagnostics (a line; the newline is added) to standard error. A reader that has gone
/// away (SIGPIPE is ignored) is no error here; main() looks at the end.
void out(std::string_view text);

/// Writes what out() has kept. The errno of the first write to standard output that did not go through; 0 where all did.
int flush_output();
void diagnose(std::string_view line);

/// Adds `--color`, and says whether to use colours for what goes to `stream`: asked for, else a terminal without
/// NO_COLOR.
class color_option {
 public:
  void add_to(CLI::App& command);
  bool applies_to(std::FILE* stream) const;

 private:
  std::string when_ = "auto";
};

/// A text between the escape sequences of a colour, or as it is.
class palette {
 public:
  explicit palette(bool on) : on_(on) {}

  std::string dim(std::string_view text) const { return in("2", text); }
  std::string bold(std::string_view text) const { return in("1", text); }
  std::string good(std::string_view text) const { return in("32", text); }
  std::string notable(std::string_view text) const { return in("33", text); }
  std::string bad(std::string_view text) const { return in("1;31", text); }
  std::string log(std::string_view text) const { return in("36", text); }

 private:
  std::string in(std::string_view code, std::string_view text) const;

  bool on_;
};

/// Text without bytes that a terminal would act on, and not longer than `columns` (a cut is shown as `...`).
std::string for_terminal(std::string_view text, std::size_t columns);

/// How many columns a terminal gives a text, near enough: one a character.
std::size_t width(std::string_view text) noexcept;

/// Words on lines of at most so many columns, each behind `margin` blanks.
std::string wrapped(std::string_view words, std::size_t margin, std::size_t columns);

}  // namespace ovlsim::cli
