// SPDX-License-Identifier: Apache-2.0
//
// `--scope`, `--option`, `--property`, `--depth`, `--memory`: what a search is about and how far it goes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "ovlsim/explore.hpp"

namespace ovlsim::cli {

/// The names of the shipped scopes, and of all properties, separated by blanks.
std::string scope_names();
std::string property_names();

/// The scope of that name, or in that file (- is standard input). Nothing, and said on standard error, where that cannot be.
std::optional<scope> find_scope(const std::string& name);
/// Gives its mounts these options, which `from` has given (`--option`). False, and said on standard error, where one is none, or two of
/// them contradict each other.
bool give_options(scope& s, const std::vector<std::string>& options, std::string_view from);
/// Both.
std::optional<scope> find_scope(const std::string& name, const std::vector<std::string>& options);

/// Those of these names, each once, all without any; nothing, and said on standard error, where there is none of a name.
std::optional<std::vector<property>> find_properties(const std::vector<std::string>& names);

struct search_options {
  std::optional<unsigned> depth;
  unsigned threads = 0;         ///< 0: as many as the machine has
  std::string memory = "2G";

  void add_to(CLI::App& command);
  void add_threads_to(CLI::App& command, const std::string& what);
  /// Nothing, and said on standard error, where the words are no numbers.
  std::optional<explore_limits> limits() const;
};

/// Shows how far a search has come, in place, when standard error is a terminal. `what`: which search.
class search_progress {
 public:
  explicit search_progress(std::string what);
  ~search_progress() { clear(); }
  search_progress(const search_progress&) = delete;
  search_progress& operator=(const search_progress&) = delete;

  void show(const explore_progress& p);
  void show_part(std::size_t done, std::size_t of);
  void clear();

 private:
  std::string what_;
  bool terminal_;
  bool shown_ = false;
  double began_;
  double last_ = 0;
};

}  // namespace ovlsim::cli
