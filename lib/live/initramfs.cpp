// SPDX-License-Identifier: Apache-2.0
#include "live/initramfs.hpp"

#include <fcntl.h>

#include <optional>

#include "live/cpio.hpp"
#include "live/failure.hpp"
#include "live/kernel_package.hpp"

namespace ovlsim::live {
namespace {

std::optional<std::string> content(const std::string& path) {
  sys::fd file;
  std::string bytes;
  if (sys::open(path, O_RDONLY, 0, file) != errc::ok || sys::read_all(file, bytes) != errc::ok) return std::nullopt;
  return bytes;
}

constexpr const char* loader = "/lib64/ld-linux-x86-64.so.2";

/// The loader itself says what it would load: lines as `libc.so.6 => /lib/.../libc.so.6 (0x...)`.
std::vector<std::string> libraries_of(const std::string& program) {
  std::string said;
  try {
    require(sys::pread_all(filtered({loader, "--list", program}, sys::fd()), said), "reading the libraries of " + program);
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

std::string installed(const std::string& tool) {
  for (const char* directory : {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"})
    if (sys::executable(directory + tool)) return directory + tool;
  return {};
}

void add_program(cpio_archive& archive, const std::string& from, const std::string& to) {
  const std::optional<std::string> bytes = content(from);
  if (!bytes) throw failure("reading " + from + ": " + words(sys::last_error()));
  archive.file(to, *bytes, true);
  for (const std::string& library : libraries_of(from)) {
    if (archive.contains(library)) continue;
    const std::optional<std::string> its = content(library);
    if (!its) throw failure("reading " + library + ", which " + from + " needs: " + words(sys::last_error()));
    archive.file(library, *its, true);
    // Threads that end ask for this one by dlopen(), so that nothing lists it.
    const std::string unlisted = library.substr(0, library.rfind('/')) + "/libgcc_s.so.1";
    if (library.ends_with("/libc.so.6") && !archive.contains(unlisted))
      if (const std::optional<std::string> gcc = content(unlisted)) archive.file(unlisted, *gcc, true);
  }
}

}  // namespace

std::string make_initramfs(const std::string& program, const boot_modules& modules) {
  cpio_archive archive;
  for (const char* directory : {"/dev", "/proc", "/sys", "/mnt", "/tmp"}) archive.directory(directory);
  if (const auto bytes = content(loader)) archive.file(loader, *bytes, true);
  add_program(archive, program, guest_program);
  for (const char* tool : {"cp", "mke2fs", "mkfs.xfs", "mkfs.btrfs", "mksquashfs", "mkfs.erofs"})
    if (const std::string path = installed(tool); !path.empty()) add_program(archive, path, "/usr/bin/" + std::string(tool));
  for (const char* file : {"/etc/mke2fs.conf", "/etc/xattr.conf", "/etc/ld.so.cache"})
    if (const auto bytes = content(file)) archive.file(file, *bytes, false);
  std::string list;
  for (const module_set::module& m : modules.order) {
    archive.file(std::string(guest_modules) + "/" + m.name, m.bytes, false);
    list += m.name + "\n";
  }
  archive.file(guest_module_list, list, false);
  return std::move(archive).finish();
}

}  // namespace ovlsim::live
