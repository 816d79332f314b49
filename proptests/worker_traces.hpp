// SPDX-License-Identifier: Apache-2.0
//
// What tests of live runs ask of the machine: which processes there are, and what a worker has left behind.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace ovlsim::live {

namespace fs = std::filesystem;

inline std::string content(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The processes that `parent` has started.
inline std::vector<int> children(int parent) {
  std::vector<int> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string id = entry.path().filename();
    const std::string line = content(entry.path() / "stat");
    const std::size_t after_name = line.rfind(')');
    if (id.find_first_not_of("0123456789") != std::string::npos || after_name == std::string::npos) continue;
    std::istringstream rest(line.substr(after_name + 1));
    std::string state;
    int its_parent = 0;
    rest >> state >> its_parent;
    if (its_parent == parent && state != "Z") found.push_back(std::stoi(id));
  }
  return found;
}

/// What there is of a worker: empty when it is gone with all that it had.
inline std::string traces(int worker) {
  if (fs::exists("/proc/" + std::to_string(worker))) return "the process";
  for (const auto& device : fs::directory_iterator("/sys/block"))
    if (content(device.path() / "loop/backing_file").find("ovlsim-image-" + std::to_string(worker) + " ") != std::string::npos)
      return device.path();
  if (content("/proc/self/mounts").find("ovlsim") != std::string::npos) return "a mount";
  return {};
}

inline std::string traces_after_a_while(int worker) {
  std::string left;
  for (int i = 0; i < 500; ++i) {
    left = traces(worker);
    if (left.empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return left;
}

}  // namespace ovlsim::live
