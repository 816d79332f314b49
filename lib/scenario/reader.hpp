// SPDX-License-Identifier: Apache-2.0
//
// Fills the arguments of a command from the words of a line. After the first thing that is wrong it reads no more: what
// follows would be guesses.
#pragma once

#include <string>
#include <string_view>

#include "scenario/errors.hpp"
#include "scenario/lexer.hpp"
#include "scenario/names.hpp"
#include "scenario/verbs.hpp"

namespace ovlsim::scenario_text {

class argument_reader {
 public:
  /// `words` begins with the verb.
  argument_reader(const source_line& where, const tokens& words, const verb_spec& spec,
                  defined_names& names, error_list& errors)
      : where_(where), words_(words), spec_(spec), names_(names), errors_(errors) {}

  /// Reads the whole command; false when it reported an error.
  bool read(command& into);

  // What arguments.hpp asks for; `what` is the argument's name in the manual.
  void makes(std::string_view what, std::string& name);     ///< a backing filesystem, made by this command
  void image_of(std::string_view what, std::string& name);  ///< one that is there already
  void mounts(std::string_view what, std::string& name);    ///< an overlay, mounted by this command
  void mounted(std::string_view what, std::string& name);   ///< one that some line mounts
  void at(std::string_view what, path& value);
  void handle(std::string_view what, std::string& value);
  void xattr(std::string_view what, std::string& value);
  void text(std::string_view what, std::string& value);       ///< any bytes
  void name_text(std::string_view what, std::string& value);  ///< any bytes but NUL
  void optional_text(std::string_view what, std::string& value);
  void optional_mode(std::string_view what, std::uint16_t& value);
  void size(std::string_view what, std::uint64_t& value);
  void mode(std::string_view what, std::uint16_t& value);
  void owner(std::string_view what, std::uint32_t& uid, std::uint32_t& gid);
  void type(std::string_view what, fs_type& value);
  void literal(std::string_view word);
  void id(std::optional<uuid>& value);
  void no_exports(bool& exports);
  void how(open_mode& value);
  void options(cmd::mount& command);
  void parameters(module_settings& settings);

 private:
  const token* peek() const { return failed_ || next_ >= words_.size() ? nullptr : &words_[next_]; }
  const token* take(std::string_view what, std::string_view quote = "");
  void fail(int column, std::string message, std::string expected);
  bool name(std::string_view what, std::string& value, int& column);
  bool without_nul(const token& word, std::string_view value);
  bool path_in(const token& word, path& value, name_use how);
  void one_option(cmd::mount& command, const token& word);
  void layer_option(cmd::mount& command, const token& word, std::string_view key, const token& value);
  void all_read();

  const source_line& where_;
  const tokens& words_;
  const verb_spec& spec_;
  defined_names& names_;
  error_list& errors_;
  std::size_t next_ = 1;
  bool failed_ = false;
  // The name that the command defines counts from the next line on: `mksquashfs low low:/` copies the old one.
  std::string defines_;
  bool defines_overlay_ = false;
  int defines_column_ = 0;
};

}  // namespace ovlsim::scenario_text
