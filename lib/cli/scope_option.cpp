// SPDX-License-Identifier: Apache-2.0
#include "cli/scope_option.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <thread>

#include "cli/interrupt.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

/// More would bring nothing on any machine, and a process may have no more than some ten thousand.
constexpr unsigned most_threads = 1024;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// `500M`, `2G`: bytes.
std::optional<std::uint64_t> bytes_of(std::string_view text) {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc{} || n == 0) return std::nullopt;
  constexpr std::string_view units = "KMG";
  if (unit.empty()) return n;
  const std::size_t power = units.find(unit);
  if (unit.size() != 1 || power == std::string_view::npos) return std::nullopt;
  const std::size_t shift = 10 * (power + 1);
  if (n > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
  return n << shift;
}

}  // namespace

std::string scope_names() {
  std::string names;
  for (const shipped_scope& s : shipped_scopes()) names += (names.empty() ? "" : " ") + std::string(s.name);
  return names;
}

std::string property_names() {
  std::string names;
  for (const property& p : properties()) names += (names.empty() ? "" : " ") + std::string(p.name);
  return names;
}

std::optional<scope> find_scope(const std::string& name) {
  const std::optional<std::string_view> shipped = shipped_scope_named(name);
  std::optional<std::string> text = shipped ? std::optional(std::string(*shipped)) : std::nullopt;
  if (!text) {
    if (name.find('/') == std::string::npos && name.find('.') == std::string::npos && name != "-") {
      diagnose("ovlsim: no scope `" + name + "`; give the path of a file, or one of: " + scope_names());
      return std::nullopt;
    }
    text = read_file(name);
    if (!text) return std::nullopt;
  }
  parsed_scope parsed = parse_scope(*text, shipped ? "examples/scopes/" + name + ".ovl" : name);
  for (const scenario_error& error : parsed.errors) diagnose(to_string(error));
  if (!parsed) return std::nullopt;
  parsed.value.name = name == "-" ? "stdin" : name;
  return std::move(parsed.value);
}

bool give_options(scope& s, const std::vector<std::string>& options, std::string_view from) {
  for (std::size_t n = 0; n < options.size(); ++n) {
    const std::string& option = options[n];
    const std::string given = fmt::format("{} {}", from, option);
    const std::string name = option.substr(0, option.find('='));
    for (std::size_t before = 0; before < n; ++before) {
      if (options[before] == option || options[before].substr(0, options[before].find('=')) != name) continue;
      diagnose(fmt::format("ovlsim: {}: {} was given, too; give one of them", given, options[before]));
      return false;
    }
    const std::string wrong = with_mount_option(s, option);
    if (wrong.empty()) continue;
    diagnose("ovlsim: " + given + ": " + wrong + "; an option is one of mount's, such as xino=on");
    return false;
  }
  return true;
}

std::optional<scope> find_scope(const std::string& name, const std::vector<std::string>& options) {
  std::optional<scope> s = find_scope(name);
  if (s && !give_options(*s, options, "--option")) return std::nullopt;
  return s;
}

std::optional<std::vector<property>> find_properties(const std::vector<std::string>& names) {
  if (names.empty()) return std::vector<property>(properties().begin(), properties().end());
  std::vector<property> found;
  for (const std::string& name : each_once(names)) {
    const property* p = property_named(name);
    if (p == nullptr) {
      diagnose("ovlsim: no property `" + name + "`; there are: " + property_names());
      return std::nullopt;
    }
    found.push_back(*p);
  }
  return found;
}

void search_options::add_to(CLI::App& command) {
  command.add_option("--depth", depth, "Look at stories of so many moves at most")->type_name("N");
  command.add_option("--memory", memory, "So many bytes for states at most")->type_name("SIZE")->capture_default_str();
}

void search_options::add_threads_to(CLI::App& command, const std::string& what) {
  const auto wrong = [](const std::string& text) -> std::string {
    unsigned n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    const bool can_be = error == std::errc{} && end == text.data() + text.size() && n >= 1 && n <= most_threads;
    return can_be ? "" : fmt::format("{}: it takes a whole number from 1 to {}", text, most_threads);
  };
  command.add_option("--threads", threads, fmt::format("So many {}, {} at most; without, one for each processor", what, most_threads))
      ->type_name("N")
      ->check(CLI::Validator(wrong, ""));
}

std::optional<explore_limits> search_options::limits() const {
  explore_limits l;
  const std::optional<std::uint64_t> bytes = bytes_of(memory);
  if (!bytes) {
    diagnose("ovlsim: --memory " + memory + ": no size; write it as 500M or 2G");
    return std::nullopt;
  }
  l.memory = *bytes;
  if (depth) l.depth = *depth;
  l.threads = threads != 0 ? threads : std::clamp(std::thread::hardware_concurrency(), 1U, most_threads);
  l.stop = &interrupted();
  return l;
}

search_progress::search_progress(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1), began_(seconds_now()) {}

void search_progress::show(const explore_progress& p) {
  constexpr double pause = 0.1;
  const double now = seconds_now();
  if (!terminal_ || now - last_ < pause) return;
  last_ = now;
  shown_ = true;
  const double rate = static_cast<double>(p.transitions) / std::max(now - began_, 0.001) / 1e6;
  fmt::print(stderr, "\r\x1b[K{}: {} moves deep, {} states, {:.1f} million transitions a second, {} MiB", what_, p.depth, p.states, rate,
             p.memory >> 20);
  std::fflush(stderr);
}

void search_progress::show_part(std::size_t done, std::size_t of) {
  if (!terminal_) return;
  shown_ = true;
  fmt::print(stderr, "\r\x1b[K{}: {} of {}", what_, done, of);
  std::fflush(stderr);
}

void search_progress::clear() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace ovlsim::cli
