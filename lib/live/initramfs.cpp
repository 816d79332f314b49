// SPDX-License-Identifier: Apache-2.0
#include "live/initramfs.hpp"

#include "live/cpio.hpp"
#include "live/failure.hpp"
#include "live/tools.hpp"

namespace ovlsim::live {
namespace {

constexpr const char* loader = "/lib64/ld-linux-x86-64.so.2";

/// The loader says what it would load, in lines as `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)`.
std::vector<std::string> libraries_of(const std::string& program) {
  std::string said;
  try {
    require(sys::pread_all(output_of({loader, "--list", program}, "libc6"), said), "reading the libraries of " + program);
  } catch (const failure&) {
    return {};  // a static program
  }
  std::vector<std::string> libraries;
  for (std::size_t at = 0; at < said.size();) {
    const std::string line = said.substr(at, said.find('\n', at) - at);
    at += line.size() + 1;
    const std::size_t slash = line.find('/');
    if (slash != std::string::npos) libraries.push_back(line.substr(slash, line.find(' ', slash) - slash));
  }
  return libraries;
}

void add_file(cpio_archive& archive, const std::string& from, const std::string& to) {
  if (!archive.contains(to)) archive.file(to, content_of(from), true);
}

void add_program(cpio_archive& archive, const std::string& from, const std::string& to) {
  add_file(archive, from, to);
  for (const std::string& library : libraries_of(from)) {
    add_file(archive, library, library);
    // A thread that ends (one of mksquashfs) asks for this one by dlopen(), so that no list has it.
    const std::string unlisted = library.substr(0, library.rfind('/')) + "/libgcc_s.so.1";
    if (library.ends_with("/libc.so.6") && readable(unlisted)) add_file(archive, unlisted, unlisted);
  }
}

std::string lines(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  return text;
}

}  // namespace

std::string module_file(const std::string& name) { return "/modules/" + name + ".ko"; }
std::string module_list(fs_type type) { return "/modules/" + std::string(name(type)) + ".list"; }

std::string make_initramfs(const std::string& program, const guest_modules& modules) {
  cpio_archive archive;
  // /mnt: the worker's place for its mounts.
  for (const char* directory : {"/dev", "/mnt", "/proc", "/sys", "/tmp"}) archive.directory(directory);
  archive.file(boot_mark, {}, true);
  add_program(archive, program, guest_program);
  for (const char* tool : {"cp", "mke2fs", "mkfs.xfs", "mkfs.btrfs", "mksquashfs", "mkfs.erofs"})
    if (const std::string path = find_tool(tool); !path.empty()) add_program(archive, path, "/usr/bin/" + std::string(tool));
  // How cp copies xattrs, what mke2fs does by default, and where the loader finds libraries that lie elsewhere.
  for (const char* file : {"/etc/xattr.conf", "/etc/mke2fs.conf", "/etc/ld.so.cache"})
    if (readable(file)) add_file(archive, file, file);
  for (const auto& [name, bytes] : modules.bytes) archive.file(module_file(name), bytes, false);
  archive.file(boot_module_list, lines(modules.at_boot), false);
  for (const auto& [type, order] : modules.by_type) archive.file(module_list(type), lines(order), false);
  return std::move(archive).finish();
}

}  // namespace ovlsim::live
