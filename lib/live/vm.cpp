// SPDX-License-Identifier: Apache-2.0
#include "live/vm.hpp"

#include <cstdlib>
#include <initializer_list>
#include <vector>

#include "live/failure.hpp"
#include "live/guest.hpp"
#include "live/initramfs.hpp"

namespace ovlsim::live {
namespace {

std::string from_environment(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

std::string path_there(const sys::fd& file) { return "/dev/fd/" + std::to_string(file.get()); }

/// Nothing on the console but what the kernel says when it dies, and it dies of every error of its own: half a machine would answer
/// anything. What it does for security or for other machines is left out where that saves time.
std::string kernel_arguments() {
  return "console=ttyS0 quiet loglevel=1 oops=panic panic=-1 nokaslr norandmaps mitigations=off tsc=reliable no_timer_check "
         "cryptomgr.notests random.trust_cpu=on rdinit=" + std::string(guest_program) + " -- " + guest_argument;
}

std::vector<std::string> arguments(const vm_image& image, const sys::fd& port) {
  std::vector<std::string> all = {qemu(), "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-machine", "q35",
                                  "-m", "1024"};
  const auto add = [&](std::initializer_list<std::string> more) { all.insert(all.end(), more); };
  if (from_environment("OVLSIM_VM_ACCEL", "tcg") == "kvm")
    add({"-accel", "kvm", "-cpu", "host"});
  else
    // An old processor: programs use no vector instructions then, which are slow to imitate. Without random numbers of its own the
    // kernel lets mke2fs wait three seconds for some.
    add({"-accel", "tcg", "-cpu", "qemu64,+rdrand"});
  add({"-serial", "stdio"});
  add({"-device", "virtio-serial-pci", "-chardev", "socket,id=worker,fd=" + std::to_string(port.get())});
  add({"-device", "virtserialport,chardev=worker"});
  add({"-kernel", path_there(image.kernel), "-initrd", path_there(image.initramfs), "-append", kernel_arguments()});
  return all;
}

}  // namespace

std::string qemu() { return from_environment("OVLSIM_QEMU", "qemu-system-x86_64"); }

running_vm start_vm(const vm_image& image) {
  running_vm vm;
  sys::fd port, log, output;
  require(sys::socket_pair(vm.pipe, port), "making a pipe to a virtual machine");
  require(sys::socket_pair(log, output), "making a pipe to a virtual machine");
  constexpr int stuck_seconds = 60;  // in the middle of a message
  require(sys::give_up_after(vm.pipe, stuck_seconds), "making a pipe to a virtual machine");
  vm.process = sys::start(arguments(image, port), output, {image.kernel.get(), image.initramfs.get(), port.get()});
  if (vm.process < 0) throw failure("starting " + qemu() + ": " + words(sys::last_error()));
  vm.output = console(std::move(log));
  return vm;
}

}  // namespace ovlsim::live
