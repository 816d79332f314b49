// SPDX-License-Identifier: Apache-2.0
#include "live/guest.hpp"

#include <fcntl.h>

#include <cstdio>
#include <exception>
#include <set>

#include "live/failure.hpp"
#include "live/initramfs.hpp"
#include "live/requirements.hpp"
#include "live/syscalls.hpp"
#include "live/tools.hpp"
#include "live/worker.hpp"

namespace ovlsim::live {
namespace {

/// The first port of the first virtio-serial device; there is no other.
constexpr const char* port_device = "/dev/vport0p1";

void mount_what_programs_expect() {
  require(sys::mount("proc", "/proc", "proc", 0, ""), "mounting /proc");
  require(sys::mount("sysfs", "/sys", "sysfs", 0, ""), "mounting /sys");
  require(sys::mount("devtmpfs", "/dev", "devtmpfs", 0, ""), "mounting /dev");
  require(sys::mount("tmpfs", "/tmp", "tmpfs", 0, ""), "mounting /tmp");
}

/// Debian's kernels protect links in sticky directories by default, others leave that to user space: here they are as without it.
void leave_links_alone() {
  for (const char* name : {"symlinks", "hardlinks", "fifos", "regular"}) {
    const std::string file = std::string("/proc/sys/fs/protected_") + name;
    sys::fd setting;
    require(sys::open(file, O_WRONLY, 0, setting), "opening " + file);
    require(sys::write_all(setting, "0"), "writing to " + file);
  }
}

void load_modules(const std::string& list) {
  const std::string names = content_of(list);
  for (std::size_t at = 0; at < names.size();) {
    const std::string name = names.substr(at, names.find('\n', at) - at);
    at += name.size() + 1;
    sys::fd module;
    require(sys::open(module_file(name), O_RDONLY, 0, module), "opening the module " + name);
    const errc e = sys::load_module(module);
    // It is there already; or it is one of those for other processors, and whoever needs it for good says so.
    if (e != errc::eexist && e != errc::enodev) require(e, "loading the module " + name);
  }
}

/// The modules of a filesystem are loaded when the first scenario comes that has one.
void load_filesystems(const wire::batch& b) {
  static std::set<fs_type> loaded;
  for (const command& c : b.commands)
    for (const fs_type type : image_types_of(c))
      if (loaded.insert(type).second) load_modules(module_list(type));
}

sys::fd open_port() {
  sys::fd port;
  errc e = errc::enoent;
  constexpr int tries = 2000, pause = 5;  // ms: the driver finds it in its own time
  for (int i = 0; i < tries && e != errc::ok; ++i) {
    e = sys::open(port_device, O_RDWR, 0, port);
    if (e != errc::ok) sys::sleep_ms(pause);
  }
  require(e, std::string("opening ") + port_device);
  return port;
}

[[noreturn]] void say_hello_and_work(int parent) noexcept {
  try {
    sys::fd port = open_port();
    require(send_hello(port, sys::kernel_release()), "saying hello");
    work(std::move(port), parent, load_filesystems);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "ovlsim: %s\n", e.what());
  }
  sys::exit_now(1);
}

}  // namespace

void serve_as_guest() noexcept {
  constexpr int first_process = 1;
  if (sys::this_process() != first_process || !sys::executable(boot_mark)) return;
  try {
    mount_what_programs_expect();
    leave_links_alone();
    load_modules(boot_module_list);
    const int worker = sys::fork_process();
    if (worker == 0) say_hello_and_work(first_process);
    // The first process is the parent of all whose own has ended.
    int status = 0;
    while (sys::wait_for_child(status) != worker) continue;
    std::fprintf(stderr, "ovlsim: the worker process ended with status %d (was it killed? is there enough memory?)\n", status);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "ovlsim: %s\n", e.what());
  }
  sys::reset_machine();
}

}  // namespace ovlsim::live
