// SPDX-License-Identifier: Apache-2.0
#include "live/guest.hpp"

#include <fcntl.h>

#include <cstdio>
#include <exception>

#include "live/failure.hpp"
#include "live/initramfs.hpp"
#include "live/syscalls.hpp"
#include "live/worker.hpp"

namespace ovlsim::live {
namespace {

void mount_what_programs_expect() {
  require(sys::mount("proc", "/proc", "proc", 0, ""), "mounting /proc");
  require(sys::mount("sysfs", "/sys", "sysfs", 0, ""), "mounting /sys");
  require(sys::mount("devtmpfs", "/dev", "devtmpfs", 0, ""), "mounting /dev");
  require(sys::mount("tmpfs", "/tmp", "tmpfs", 0, ""), "mounting /tmp");
}

void load_modules() {
  sys::fd file;
  std::string list;
  require(sys::open(guest_module_list, O_RDONLY, 0, file), "reading the list of modules");
  require(sys::read_all(file, list), "reading the list of modules");
  for (std::size_t at = 0; at < list.size();) {
    const std::string name = list.substr(at, list.find('\n', at) - at);
    at += name.size() + 1;
    sys::fd module;
    require(sys::open(std::string(guest_modules) + "/" + name, O_RDONLY, 0, module), "opening the module " + name);
    const errc e = sys::load_module(module);
    if (e != errc::ok && e != errc::eexist) std::fprintf(stderr, "ovlsim: loading %s: %s\n", name.c_str(), words(e).c_str());
  }
}

sys::fd open_port() {
  sys::fd port;
  errc e = errc::enoent;
  for (int tries = 0; tries < 1000; ++tries) {
    e = sys::open(guest_port, O_RDWR, 0, port);
    if (e == errc::ok) return port;
    sys::sleep_ms(5);
  }
  throw failure(std::string("opening ") + guest_port + ": " + words(e));
}

}  // namespace

void serve_as_guest() noexcept {
  try {
    mount_what_programs_expect();
    load_modules();
    sys::fd port = open_port();
    const int self = sys::this_process();
    const int worker = sys::fork_process();
    if (worker == 0) {
      if (send_hello(port, sys::kernel_release()) == errc::ok) work(std::move(port), self);
      sys::exit_now(1);
    }
    port.reset();
    int status = 0;
    while (sys::wait_for_child(status) != worker) continue;
    std::fprintf(stderr, "ovlsim: the worker ended with status %d\n", status);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "ovlsim: %s\n", e.what());
  }
  sys::reset_machine();
}

}  // namespace ovlsim::live
