// SPDX-License-Identifier: Apache-2.0
#include "live/vm_image.hpp"

#include <utility>

#include "live/failure.hpp"
#include "live/initramfs.hpp"
#include "live/kernel_package.hpp"
#include "live/modules.hpp"
#include "live/packed.hpp"
#include "live/tools.hpp"

namespace ovlsim::live {
namespace {

constexpr const char* cure = "; name a kernel package (linux-image-*.deb) or a directory that one was unpacked into";

/// `lib/modules/RELEASE/...`
std::string release_of(const std::string& path) {
  constexpr std::string_view before = "lib/modules/";
  return path.substr(before.size(), path.find('/', before.size()) - before.size());
}

struct parts {
  std::string kernel, builtin, release;
};

parts find_parts(const kernel_package& package, const std::string& place) {
  parts found;
  for (const std::string& path : package.files()) {
    std::string* const part = path.starts_with("boot/vmlinuz")          ? &found.kernel
                              : path.ends_with("/modules.builtin") ? &found.builtin
                                                                   : nullptr;
    if (part == nullptr) continue;
    if (!part->empty()) throw failure(place + " holds several kernels, " + *part + " and " + path + cure);
    *part = path;
  }
  if (found.kernel.empty()) throw failure(place + " holds no boot/vmlinuz*" + cure);
  if (found.builtin.empty()) throw failure(place + " holds no lib/modules/*/modules.builtin" + cure);
  found.release = release_of(found.builtin);
  return found;
}

/// Kernels ask modprobe for a checksum by the name of its algorithm, and there is no modprobe: these are loaded where they are.
const std::vector<std::string> checksums = {"crc32c_generic", "crc32c"};
const std::vector<std::string> checksums_of_btrfs = {"xxhash_generic", "blake2b_generic", "sha256_generic"};

}  // namespace

vm_image make_vm_image(const std::string& place, const std::string& program) {
  const kernel_package package(place);
  const parts found = find_parts(package, place);
  module_set modules(package.files(), package.read(found.builtin),
                     [&](const std::string& path) { return plain_module(package.read(path)); });
  vm_image image;
  guest_modules wanted;
  for (const std::string& name : checksums) static_cast<void>(modules.resolve(name, wanted.at_boot));
  for (const char* name : {"virtio_pci", "virtio_console", "loop", "overlay"})
    if (const std::string missing = modules.resolve(name, wanted.at_boot); !missing.empty())
      throw failure(place + " holds no module " + missing + "; name a kernel that has it");
  for (const fs_type type : {fs_type::ext4, fs_type::xfs, fs_type::btrfs, fs_type::squashfs, fs_type::erofs}) {
    std::vector<std::string>& order = wanted.by_type[type];
    order = wanted.at_boot;
    if (type == fs_type::btrfs)
      for (const std::string& sum : checksums_of_btrfs) static_cast<void>(modules.resolve(sum, order));
    if (!modules.resolve(std::string(name(type)), order).empty()) image.lacks.insert(type);
  }
  wanted.bytes = modules.bytes();
  image.release = found.release;
  image.initramfs = in_memory("ovlsim-initramfs", make_initramfs(program, wanted));
  image.kernel = in_memory("ovlsim-kernel", plain_kernel(package.read(found.kernel)));
  return image;
}

}  // namespace ovlsim::live
