// SPDX-License-Identifier: Apache-2.0
#include "live/console.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace ovlsim::live {

void console::take() {
  constexpr std::size_t most = 65536;
  std::array<char, 4096> some{};
  std::size_t got = 0;
  if (sys::read_some(from_, some, got) != errc::ok || got == 0) return from_.reset();
  std::copy_if(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(got), std::back_inserter(text_),
               [](char c) { return c != '\r'; });
  if (text_.size() > 2 * most) text_.erase(0, text_.size() - most);
}

errc console::wait_for(const sys::fd& pipe, int seconds) {
  for (;;) {
    bool answered = false, said = false;
    if (const errc e = sys::wait_for_either(pipe, from_, seconds * 1000, answered, said); e != errc::ok) return e;
    if (said) take();
    if (answered) return errc::ok;
  }
}

void console::drain() {
  constexpr int moment = 200;  // milliseconds
  bool none = false, said = false;
  while (from_ && sys::wait_for_either(sys::fd(), from_, moment, none, said) == errc::ok) take();
}

std::string console::last_words() const {
  constexpr std::size_t most_lines = 30, few_lines = 10;
  std::size_t begin = std::string::npos;
  for (const std::string_view first : {"BUG: ", "Oops", "general protection fault", "Kernel panic", "ovlsim: "})
    begin = std::min(begin, text_.find(first));
  std::size_t lines = most_lines;
  if (begin == std::string::npos) {
    begin = text_.size();
    for (lines = 0; lines <= few_lines && begin != 0 && begin != std::string::npos; ++lines) begin = text_.rfind('\n', begin - 1);
    begin = begin == std::string::npos ? 0 : begin;
  } else {
    begin = text_.rfind('\n', begin);
    begin = begin == std::string::npos ? 0 : begin + 1;
  }
  std::string words;
  for (std::size_t i = 0; i < lines && begin < text_.size(); ++i) {
    const std::string line = text_.substr(begin, text_.find('\n', begin) - begin);
    begin += line.size() + 1;
    if (!line.empty()) words += line + "\n";
  }
  return words;
}

}  // namespace ovlsim::live
