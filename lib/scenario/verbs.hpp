// SPDX-License-Identifier: Apache-2.0
//
// The one table of verbs: the parser, the hints in its errors, the list in `ovlsim --help` and the shell completions
// are read off it. What the arguments of a verb are stands in arguments.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/command.hpp"

namespace ovlsim::scenario_text {

class argument_reader;

struct verb_spec {
  std::string_view name;
  std::string_view summary;  ///< half a sentence
  std::string_view fields;   ///< what its answer has, between blanks
  std::string_view aka;      ///< what a shell user may have typed instead, between blanks
  std::string usage;         ///< `create P ["data"] [MODE]`
  void (*read)(argument_reader& words, command& into) = nullptr;
};

/// Every verb, in the order of the language's manual.
const std::vector<verb_spec>& verbs();

/// nullptr when there is none.
const verb_spec* find_verb(std::string_view name) noexcept;

/// The cure for a verb that does not exist.
std::string verb_hint(std::string_view unknown);

/// Whether `word` is one of the words in `list`, which blanks separate.
bool is_among(std::string_view list, std::string_view word) noexcept;

/// The words of such a list.
std::vector<std::string_view> words_of(std::string_view list);

}  // namespace ovlsim::scenario_text
