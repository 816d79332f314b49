// SPDX-License-Identifier: Apache-2.0
//
// A scope is read by the scenario's own parser, which lets a reader of scopes look at each line first.
#include "ovlsim/scope.hpp"

#include <algorithm>

#include "scenario/line_reader.hpp"
#include "scenario/mount_options.hpp"

namespace ovlsim {
namespace {

using namespace scenario_text;

constexpr std::string_view moves_word = "moves";
constexpr std::string_view move_word = "move";
constexpr std::string_view end_word = "end";

class scope_parser {
 public:
  scope_parser(std::string_view text, std::string file) : lines_(text, std::move(file)) {
    result_.value.name = lines_.file();
  }

  parsed_scope parse() {
    while (lines_.next()) line();
    if (in_block_) error("`move` without its `end`", "a line `end` after the last command of the move");
    if (!in_moves_) {
      error("no moves", "a line `moves`, and then what may happen, a command a line");
    } else if (result_.value.moves.empty() && lines_.errors().is_empty()) {
      error("no move after `moves`", "a command a line, or several between `move NAME` and `end`");
    }
    result_.errors = lines_.take_errors();
    return std::move(result_);
  }

 private:
  void line() {
    const lexed_line& words = lines_.words();
    if (words.has_comment && words.arguments.empty() && result_.value.words.empty()) {
      const std::size_t begin = words.comment.find_first_not_of(' ');
      const bool is_licence = words.comment.find("SPDX-") != std::string_view::npos;
      if (begin != std::string_view::npos && !is_licence) result_.value.words = words.comment.substr(begin);
    }
    if (words.has_arrow) {
      return lines_.errors().add(lines_.where(), words.arrow_column, "an expectation in a scope",
                                 "the command alone: a scope says what may happen, not what comes of it");
    }
    if (words.arguments.empty()) return;
    const std::string_view first = words.arguments.front().raw;
    if (first == moves_word) return begin_moves();
    if (first == move_word) return begin_block();
    if (first == end_word) return end_block();
    command c;
    if (!lines_.read_command(c)) return;
    if (!in_moves_) {
      result_.value.setup.push_back(std::move(c));
    } else if (in_block_) {
      result_.value.moves.back().commands.push_back(std::move(c));
    } else {
      std::string name = print(c);
      result_.value.moves.push_back({std::move(name), {std::move(c)}});
    }
  }

  void begin_moves() {
    if (in_moves_) return error("a second `moves`", "one line `moves` in a scope");
    if (!alone()) return;
    in_moves_ = true;
  }

  void begin_block() {
    const auto& words = lines_.words().arguments;
    if (!in_moves_) return error("`move` before `moves`", "the line `moves` first: it ends what sets up");
    if (in_block_) return error("a move in a move", "`end` before the next `move`");
    if (words.size() != 2) return error("a move has one name", "`move NAME`, then its commands, then `end`");
    in_block_ = true;
    const std::string name = unquoted(words[1]);
    const auto& moves = result_.value.moves;
    if (std::any_of(moves.begin(), moves.end(), [&](const move& m) { return m.name == name; })) {
      error("a second move of the name " + shown(name), "another name");
    }
    result_.value.moves.push_back({name, {}});
  }

  void end_block() {
    if (!in_block_) return error("`end` without `move`", "`move NAME` before the commands that belong together");
    if (!alone()) return;
    in_block_ = false;
    if (result_.value.moves.back().commands.empty()) error("a move without a command", "a command between `move` and `end`");
  }

  bool alone() {
    const auto& words = lines_.words().arguments;
    if (words.size() == 1) return true;
    lines_.errors().add(lines_.where(), words[1].column, "an argument too many: " + shown(words[1].raw), "the end of the line");
    return false;
  }

  void error(std::string message, std::string expected) {
    lines_.errors().add(lines_.where(), 1, std::move(message), std::move(expected));
  }

  line_reader lines_;
  parsed_scope result_;
  bool in_moves_ = false;
  bool in_block_ = false;
};

/// Takes over each option that was given.
struct option_taker {
  mount_options& to;

  template <class Value>
  void operator()(std::string_view name, const std::optional<Value>& given) const {
    if (!given) return;
    each_option(
        [&](std::string_view other, auto& old) {
          if constexpr (std::is_same_v<std::decay_t<decltype(old)>, std::optional<Value>>) {
            if (other == name) old = given;
          }
        },
        to);
  }
  void operator()(std::string_view name, bool given) const {
    if (!given) return;
    each_option(
        [&](std::string_view other, auto& old) {
          if constexpr (std::is_same_v<std::decay_t<decltype(old)>, bool>) {
            if (other == name) old = true;
          }
        },
        to);
  }
};

}  // namespace

parsed_scope parse_scope(std::string_view text, std::string file) { return scope_parser(text, std::move(file)).parse(); }

std::string with_mount_option(scope& s, std::string_view option) {
  constexpr std::string_view before = "mkfs a ext4\nmkfs b ext4\nmount m lowerdir=a:/ upperdir=b:/u workdir=b:/w ";
  if (option.find_first_of(" \t\n\"#") != std::string_view::npos || option.empty() || option.find("dir=") == option.find('=') - 3) {
    if (!option.starts_with("redirect_dir=")) return "no mount option";
  }
  const parsed_scenario parsed = parse_scenario(std::string(before).append(option).append("\n"), "option");
  if (!parsed) return parsed.errors.front().message;
  const auto& given = std::get<cmd::mount>(parsed.value.lines.back().what).options;
  const auto give = [&](command& c) {
    if (auto* m = std::get_if<cmd::mount>(&c)) each_option(option_taker{m->options}, given);
  };
  for (command& c : s.setup) give(c);
  for (move& m : s.moves) std::for_each(m.commands.begin(), m.commands.end(), give);
  return {};
}

}  // namespace ovlsim
