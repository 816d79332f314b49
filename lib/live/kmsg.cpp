// SPDX-License-Identifier: Apache-2.0
#include "live/kmsg.hpp"

#include <fcntl.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "live/failure.hpp"

namespace ovlsim::live {
namespace {

/// A record is "prefix;text\n KEY=value\n..."; the device writes a byte that is not printable, and `\`, as `\x5c`.
std::string text_of(const std::string& record) {
  const std::size_t begin = record.find(';') + 1;
  const std::string_view raw = std::string_view(record).substr(begin, record.find('\n', begin) - begin);
  std::string text;
  const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 3 < raw.size() && raw[i + 1] == 'x') {
      text += static_cast<char>(nibble(raw[i + 2]) * 16 + nibble(raw[i + 3]));
      i += 3;
    } else {
      text += raw[i];
    }
  }
  return text;
}

/// When a record was written, in microseconds since the boot: "priority,sequence,time,...;text".
std::int64_t time_of(const std::string& record) {
  const std::size_t first = record.find(',');
  const std::size_t second = first == std::string::npos ? first : record.find(',', first + 1);
  return second == std::string::npos ? 0 : std::strtoll(record.c_str() + second + 1, nullptr, 10);
}

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

void kernel_log::wait_for_room(const std::string& part) {
  constexpr std::int64_t window = 5'200'000;
  constexpr int enough = 5, tries = 60;
  for (int i = 0; i < tries; ++i) {
    require(sys::seek_begin(device_), "finding the beginning of the kernel log");
    int lately = 0;
    bool lost = false;
    for (std::string record; sys::read_record(device_, record, lost) == errc::ok;)
      if (time_of(record) + window > now() && text_of(record).find(part) != std::string::npos) ++lately;
    if (lately < enough) return;
    sys::sleep_ms(100);
  }
}

kernel_log::kernel_log() {
  require(sys::open("/dev/kmsg", O_RDONLY | O_NONBLOCK, 0, device_), "opening the kernel log, /dev/kmsg");
}

void kernel_log::start() { require(sys::seek_end(device_), "finding the end of the kernel log"); }

std::vector<std::string> kernel_log::lines() {
  std::vector<std::string> found;
  std::string record;
  bool lost = false;
  for (;;) {
    const errc e = sys::read_record(device_, record, lost);
    if (e == errc::eagain) return found;
    require(e, "reading the kernel log");
    std::string text = text_of(record);
    if (text.starts_with("overlayfs:")) found.push_back(std::move(text));
  }
}

// A lock on the device itself: it is there on every machine, the same for every container, and leaves nothing behind.
kernel_log::turn::turn(kernel_log& log) : log_(log) {
  if (sys::lock(log_.device_, false) == errc::ok) return;
  // Once is enough: in a run of thousands of scenarios the two take turns all the time.
  if (!std::exchange(log.has_waited_, true))
    std::fputs("ovlsim: another ovlsim reads the kernel log, taking turns with it\n", stderr);
  require(sys::lock(log_.device_, true), "waiting for the kernel log");
}

kernel_log::turn::~turn() { static_cast<void>(sys::unlock(log_.device_)); }

}  // namespace ovlsim::live
