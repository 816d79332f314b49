// SPDX-License-Identifier: Apache-2.0
#include "live/vm_image.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "live/failure.hpp"
#include "live/initramfs.hpp"
#include "live/kernel_package.hpp"
#include "live/modules.hpp"

namespace ovlsim::live {
namespace {

struct packing {
  std::string_view magic;
  std::vector<std::string> unpack;
};
const std::array<packing, 4> packings{{{"\x28\xb5\x2f\xfd", {"zstd", "-dcq"}},
                                       {"\x02\x21\x4c\x18", {"lz4", "-dcq"}},
                                       {"\xfd" "7zXZ", {"xz", "-dcq", "--single-stream"}},
                                       {"\x1f\x8b", {"gzip", "-dcq"}}}};

std::string unpacked(std::string bytes) {
  for (const packing& p : packings)
    if (bytes.starts_with(p.magic)) return filtered(p.unpack, bytes);
  return bytes;
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  if (at + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// The kernel proper, out of the program that unpacks itself (Documentation/arch/x86/boot.rst): without hardware to help, a
/// machine unpacks for seconds what this one unpacks in a tenth of that. As it was where that cannot be done.
std::string without_unpacker(std::string bytes) {
  constexpr std::size_t sector = 512, sectors = 0x1f1, magic = 0x202, offset = 0x248, length = 0x24c;
  if (bytes.size() < 0x1000 || bytes.compare(magic, 4, "HdrS") != 0) return bytes;
  const std::size_t setup = static_cast<unsigned char>(bytes[sectors]);
  const std::size_t begin = ((setup == 0 ? 4 : setup) + 1) * sector + number_at(bytes, offset);
  const std::size_t size = number_at(bytes, length);
  if (begin > bytes.size() || size > bytes.size() - begin || size < 4) return bytes;
  std::string packed = bytes.substr(begin, size);
  // Behind it the build has put its size; in gzip's format that is a part of it.
  if (!packed.starts_with("\x1f\x8b")) packed.resize(size - 4);
  try {
    std::string kernel = unpacked(std::move(packed));
    if (kernel.starts_with("\x7f" "ELF")) return kernel;
  } catch (const failure&) {  // the tool is not installed
  }
  return bytes;
}

sys::fd in_memory(const std::string& name, const std::string& bytes) {
  sys::fd file;
  require(sys::memory_file(name, file), "making a file in memory");
  require(sys::write_all(file, bytes), "making a file in memory");
  return file;
}

/// `lib/modules/RELEASE/...`
std::string release_of(const std::string& path) {
  constexpr std::string_view before = "lib/modules/";
  return path.starts_with(before) ? path.substr(before.size(), path.find('/', before.size()) - before.size()) : std::string();
}

}  // namespace

vm_image make_vm_image(const std::string& place, const std::string& program) {
  const kernel_package package(place);
  const std::vector<std::string> files = package.files();
  vm_image image;
  std::string kernel, builtin;
  for (const std::string& path : files) {
    if (path.starts_with("boot/vmlinuz")) kernel = path;
    if (!path.ends_with("/modules.builtin")) continue;
    if (!image.release.empty()) throw failure(place + " has the modules of several kernels: give it a directory of one");
    image.release = release_of(path);
    builtin = package.read(path);
  }
  if (kernel.empty())
    throw failure(place + " has no boot/vmlinuz-*: name a kernel package (linux-image-*.deb) or a directory that one was unpacked into");
  if (image.release.empty()) throw failure(place + " has no lib/modules/*/modules.builtin: name a kernel with its modules");

  const module_set modules(files, builtin, [&](const std::string& path) { return unpacked(package.read(path)); });
  boot_modules parts;
  // What the kernel asks modprobe for at run time, as a checksum by the name of its algorithm: there is no modprobe.
  for (const char* name : {"crc32c_generic", "crc32c", "xxhash_generic", "blake2b_generic", "sha256_generic"})
    static_cast<void>(modules.resolve(name, parts.order));
  for (const char* name : {"virtio_pci", "virtio_console", "loop", "overlay"})
    if (const std::string missing = modules.resolve(name, parts.order); !missing.empty())
      throw failure(place + " has no module " + missing + ": name a kernel that has it");
  for (const char* name : {"ext4", "squashfs", "erofs", "xfs", "btrfs"})
    if (!modules.resolve(name, parts.order).empty()) image.lacks.emplace_back(name);
  image.root = in_memory("ovlsim-initramfs", make_initramfs(program, parts));
  image.kernel = in_memory("ovlsim-kernel", without_unpacker(package.read(kernel)));
  return image;
}

}  // namespace ovlsim::live
