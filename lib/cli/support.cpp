// SPDX-License-Identifier: Apache-2.0
//
// Files, streams and colours for the subcommands.
#include "cli/support.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "text/utf8.hpp"

namespace ovlsim::cli {
namespace {

std::string known_program = "ovlsim";  // set once, before the command line is read

struct close_file {
  void operator()(std::FILE* f) const noexcept {
    if (f != stdin) std::fclose(f);
  }
};

int rank(int code) noexcept {
  if (code == exit_held) return 0;
  if (code == exit_incomplete) return 1;
  if (code == exit_failed) return 2;
  return code == exit_cannot ? 3 : 4;
}

}  // namespace

int worse(int a, int b) noexcept { return rank(a) >= rank(b) ? a : b; }

void know_program(std::string_view argv0) {
  const std::string_view name = argv0.substr(argv0.rfind('/') + 1);
  if (!name.empty()) known_program = name;
}
const std::string& program() { return known_program; }

std::vector<std::string> each_once(std::vector<std::string> words) {
  auto end = words.begin();
  for (auto at = words.begin(); at != words.end(); ++at) {
    if (std::find(words.begin(), end, *at) == end) std::iter_swap(end++, at);
  }
  words.erase(end, words.end());
  return words;
}

CLI::Validator positive_number() {
  const auto wrong = [](const std::string& text) -> std::string {
    const bool whole = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return whole && text.find_first_not_of('0') != std::string::npos ? "" : text + " is no whole number from 1 on";
  };
  return CLI::Validator(wrong, "POSITIVE");
}

std::optional<std::string> read_file(const std::string& file) {
  const bool standard_input = file == "-";
  const std::unique_ptr<std::FILE, close_file> stream(standard_input ? stdin : std::fopen(file.c_str(), "rb"));
  std::string text;
  bool failed = stream == nullptr;
  // No seeking: a pipe or a process substitution is a file too.
  for (char buffer[65536]; !failed;) {
    const std::size_t got = std::fread(buffer, 1, sizeof buffer, stream.get());
    text.append(buffer, got);
    failed = std::ferror(stream.get()) != 0;
    if (got < sizeof buffer) break;
  }
  if (!failed) return text;
  const int reason = errno;
  diagnose("ovlsim: cannot read " + (standard_input ? "standard input" : file) + ": " + std::strerror(reason) +
           (reason == EISDIR ? "; name the scenario files in it"
                             : "; name a readable scenario file, or - for standard input"));
  return std::nullopt;
}

std::optional<scenario> load(const std::string& file) {
  const std::optional<std::string> text = read_file(file);
  if (!text) return std::nullopt;
  parsed_scenario parsed = parse_scenario(*text, file == "-" ? "<stdin>" : file);
  for (const scenario_error& error : parsed.errors) diagnose(to_string(error));
  if (!parsed) return std::nullopt;
  return std::move(parsed.value);
}

namespace {
int first_output_error = 0;  // errno of the first write that did not go through: fflush() finds nothing left to write
}

void out(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) < text.size() && first_output_error == 0) first_output_error = errno != 0 ? errno : EIO;
}

int flush_output() {
  errno = 0;
  if (std::fflush(stdout) != 0 && first_output_error == 0) first_output_error = errno;
  if (std::ferror(stdout) != 0 && first_output_error == 0) first_output_error = EIO;
  return first_output_error;
}

void diagnose(std::string_view line) {
  // The order on a terminal that shows both is the order of events.
  std::fflush(stdout);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
}

void color_option::add_to(CLI::App& command) {
  command.add_option("--color", when_, "Colours: auto (on a terminal, unless NO_COLOR is set), always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
}

bool color_option::applies_to(std::FILE* stream) const {
  if (when_ != "auto") return when_ == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool wanted = no_color == nullptr || *no_color == '\0';
  const bool able = terminal == nullptr || std::string_view(terminal) != "dumb";
  return wanted && able && ::isatty(::fileno(stream)) == 1;
}

std::string palette::in(std::string_view code, std::string_view text) const {
  if (!on_ || text.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string for_terminal(std::string_view bytes, std::size_t columns) {
  std::string shown;
  std::size_t used = 0;
  for (std::size_t i = 0; i < bytes.size(); ++used) {
    if (used == columns) return shown + "...";
    const std::size_t length = text::utf8_length(bytes, i);
    const bool harmless = length != 0 && !text::is_control(bytes[i]);
    shown += harmless ? bytes.substr(i, length) : bytes[i] == '\t' ? " " : "\xef\xbf\xbd";
    i += std::max<std::size_t>(length, 1);
  }
  return shown;
}

std::size_t width(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string wrapped(std::string_view words, std::size_t margin, std::size_t columns) {
  std::string text;
  std::string line(margin, ' ');
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (line.size() > margin && line.size() + 1 + word.size() > columns) {
      text += line + "\n";
      line.assign(margin, ' ');
    }
    if (line.size() > margin) line += ' ';
    line += word;
  }
  return text + line + "\n";
}

}  // namespace ovlsim::cli
