// SPDX-License-Identifier: Apache-2.0
#include "live/overlay_module.hpp"

#include <fcntl.h>

#include <array>
#include <vector>

#include "live/failure.hpp"

namespace ovlsim::live {
namespace {

const std::string directory = "/sys/module/overlay/parameters/";

/// A file of sysfs takes a value from its beginning, in one piece.
errc put(const sys::fd& file, std::string_view value) { return sys::pwrite_all(file, value, 0); }

}  // namespace

errc overlay_module::set(const module_settings& settings, const kernel_log& turn) {
  if (keeper_ < 0) {
    each_parameter(
        [this](std::string_view name, const auto&) {
          parameter p;
          const std::string path = directory + std::string(name);
          const errc e = sys::open(path, O_RDWR, 0, p.file);
          if (e == errc::enoent) return;
          require(e, "opening " + path);
          require(sys::pread_all(p.file, p.before), "reading " + path);
          parameters_[std::string(name)] = std::move(p);
        },
        settings);
  }
  errc status = errc::ok;
  each_parameter(
      [&](std::string_view name, const std::optional<bool>& given) {
        if (given && !parameters_.contains(std::string(name))) status = errc::enoent;
      },
      settings);
  if (status != errc::ok) return status;
  if (keeper_ < 0) start_keeper(turn);
  each_parameter(
      [this](std::string_view name, const std::optional<bool>& given) {
        if (given) require(put(parameters_[std::string(name)].file, *given ? "Y" : "N"), "writing to " + directory + std::string(name));
      },
      settings);
  return errc::ok;
}

void overlay_module::start_keeper(const kernel_log& turn) {
  sys::fd its_end;
  require(sys::socket_pair(leash_, its_end), "making a pipe to a keeper process");
  std::vector<int> kept = {its_end.get(), turn.device()};
  for (const auto& [name, p] : parameters_) kept.push_back(p.file.get());
  const int child = sys::fork_process();
  if (child < 0) throw failure("starting a keeper process failed: " + words(sys::last_error()));
  if (child > 0) {
    keeper_ = child;
    its_end.reset();
    // Until it has closed them it holds the files that the story has open: nothing could be unmounted.
    std::array<char, 1> ready{};
    require(sys::receive_all(leash_, ready), "waiting for a keeper process");
    return;
  }
  leash_.reset();
  sys::become_keeper(kept);
  static_cast<void>(sys::send_all(its_end, "r"));
  std::array<char, 1> nothing{};
  static_cast<void>(sys::receive_all(its_end, nothing));
  bool done = true;
  for (const auto& [name, p] : parameters_) done = put(p.file, p.before) == errc::ok && done;
  sys::exit_now(done ? 0 : 1);
}

void overlay_module::restore() {
  if (keeper_ < 0) {
    parameters_.clear();
    return;
  }
  leash_.reset();
  int status = 0;
  for (int child = 0; child >= 0 && child != keeper_;) child = sys::wait_for_child(status);
  keeper_ = -1;
  // A keeper that somebody has killed is no reason to leave them as they are, nor is one of them that cannot be put back for the others.
  std::string left;
  if (status != 0) {
    for (const auto& [name, p] : parameters_) {
      if (put(p.file, p.before) != errc::ok) left += " " + directory + name;
    }
  }
  parameters_.clear();
  if (!left.empty()) throw failure("could not be put back:" + left);
}

std::string missing_for_parameters() {
  // As old as any of them; where one is missing, that is the answer of the verb.
  sys::fd file;
  return sys::open(directory + "redirect_dir", O_RDWR, 0, file) == errc::ok
             ? std::string()
             : "the parameters of overlayfs, " + directory + "*, cannot be written: run it outside of the container, or with --vm";
}

}  // namespace ovlsim::live
