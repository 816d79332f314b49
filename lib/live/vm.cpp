// SPDX-License-Identifier: Apache-2.0
#include "live/vm.hpp"

#include <array>
#include <cstdlib>

#include "live/failure.hpp"
#include "live/initramfs.hpp"

namespace ovlsim::live {
namespace {

std::string file_of(const sys::fd& file) { return "/dev/fd/" + std::to_string(file.get()); }

std::string or_default(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

}  // namespace

void console::take() {
  constexpr std::size_t most = 65536;
  std::array<char, 4096> some{};
  std::size_t got = 0;
  if (sys::read_some(from_, some, got) != errc::ok || got == 0) return from_.reset();
  text_.append(some.data(), got);
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
  bool nothing = false, said = false;
  while (from_ && sys::wait_for_either(sys::fd(), from_, 200, nothing, said) == errc::ok) take();
}

std::string console::tail() const { return text_.size() > 4000 ? text_.substr(text_.size() - 4000) : text_; }

running_vm start_vm(const vm_image& image) {
  running_vm vm;
  sys::fd theirs, output, console_end;
  require(sys::socket_pair(vm.pipe, theirs), "making a pipe to a virtual machine");
  require(sys::socket_pair(console_end, output), "making a pipe to a virtual machine");
  const std::vector<std::string> arguments = {
      "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-machine",
      or_default("OVLSIM_VM_MACHINE", "q35"), "-accel", or_default("OVLSIM_VM_ACCEL", "tcg,thread=multi"), "-cpu",
      or_default("OVLSIM_VM_CPU", "qemu64"), "-smp", or_default("OVLSIM_VM_SMP", "1"), "-m", or_default("OVLSIM_VM_MEMORY", "1024"),
      "-kernel", file_of(image.kernel), "-initrd", file_of(image.root), "-serial", "stdio", "-chardev",
      "socket,id=worker,fd=" + std::to_string(theirs.get()), "-device", "virtio-serial-pci", "-device",
      "virtserialport,chardev=worker,name=ovlsim", "-append",
      "console=ttyS0 quiet loglevel=1 norandmaps nokaslr mitigations=off oops=panic panic=-1 random.trust_cpu=on "
      "tsc=reliable no_timer_check cryptomgr.notests " + or_default("OVLSIM_VM_APPEND", "") +
      " rdinit=" + std::string(guest_program) + " -- vm-guest"};
  vm.process = sys::start(arguments, output, {image.kernel.get(), image.root.get(), theirs.get()});
  if (vm.process < 0) throw failure("starting QEMU failed: " + words(sys::last_error()));
  require(sys::give_up_after(vm.pipe, 60), "making a pipe to a virtual machine");
  vm.log = console(std::move(console_end));
  return vm;
}

}  // namespace ovlsim::live
