// SPDX-License-Identifier: Apache-2.0
#include "live/tools.hpp"

#include <fcntl.h>

#include "live/failure.hpp"

namespace ovlsim::live {

std::string find_tool(const std::string& name) {
  for (const char* directory : {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"})
    if (sys::executable(directory + name)) return directory + name;
  return {};
}

sys::fd output_of(const std::vector<std::string>& tool, const std::string& package, const sys::fd& input) {
  constexpr int seconds = 120;
  if (!sys::executable(tool[0]) && find_tool(tool[0]).empty())
    throw failure(tool[0] + " is not installed: apt-get install " + package);
  sys::fd output;
  require(sys::memory_file("ovlsim-" + package, output), "making a file in memory");
  std::string errors;
  int status = 0;
  const errc e = sys::run(tool, seconds, status, errors, input, output);
  if (e == errc::eagain) throw failure(tool[0] + " was stopped: it ran for more than two minutes");
  require(e, "running " + tool[0]);
  if (status != 0)
    throw failure(tool[0] + " failed with status " + std::to_string(status) + ": " +
                  (errors.empty() ? "it said nothing" : errors.substr(0, errors.find('\n'))));
  require(sys::seek_begin(output), "reading what " + tool[0] + " has written");
  return output;
}

bool readable(const std::string& path) {
  sys::fd file;
  return sys::open(path, O_RDONLY, 0, file) == errc::ok;
}

std::string content_of(const std::string& path) {
  sys::fd file;
  std::string bytes;
  require(sys::open(path, O_RDONLY, 0, file), "reading " + path);
  require(sys::read_all(file, bytes), "reading " + path);
  return bytes;
}

sys::fd in_memory(const std::string& name, const std::string& bytes) {
  sys::fd file;
  require(sys::memory_file(name, file), "making a file in memory");
  require(sys::write_all(file, bytes), "making a file in memory");
  require(sys::seek_begin(file), "making a file in memory");
  return file;
}

}  // namespace ovlsim::live
