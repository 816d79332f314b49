// SPDX-License-Identifier: Apache-2.0
#include "live/kernel_package.hpp"

#include <fcntl.h>

#include <charconv>
#include <string_view>

#include "live/failure.hpp"
#include "live/images.hpp"

namespace ovlsim::live {
namespace {

constexpr std::size_t block = 512;

/// `./usr/lib/modules/x` -> `lib/modules/x`; empty for what is no part of a kernel.
std::string plain(std::string_view path) {
  for (const std::string_view prefix : {"./", "/", "usr/"})
    if (path.starts_with(prefix)) path.remove_prefix(prefix.size());
  return path.starts_with("boot/") || path.starts_with("lib/modules/") ? std::string(path) : std::string();
}

/// A field of a tar header: up to its first NUL.
std::string_view field(const std::string& header, std::size_t at, std::size_t size) {
  const std::string_view text = std::string_view(header).substr(at, size);
  return text.substr(0, text.find('\0'));
}

std::string file_at(const std::string& path) {
  sys::fd file;
  std::string bytes;
  require(sys::open(path, O_RDONLY, 0, file), "reading " + path);
  require(sys::read_all(file, bytes), "reading " + path);
  return bytes;
}

}  // namespace

sys::fd filtered(const std::vector<std::string>& tool, const sys::fd& input) {
  sys::fd output;
  require(sys::memory_file("ovlsim-" + tool[0], output), "making a file in memory");
  std::string errors;
  int status = 0;
  constexpr int seconds = 120;
  const errc e = sys::run(tool, seconds, status, errors, input, output);
  if (e == errc::eagain) throw failure(tool[0] + " was stopped: it ran for more than two minutes");
  require(e, "running " + tool[0]);
  if (status != 0)
    throw failure(tool[0] + " failed with status " + std::to_string(status) + ": " +
                  (errors.empty() ? "it said nothing (is it installed?)" : errors.substr(0, errors.find('\n'))));
  return output;
}

std::string filtered(const std::vector<std::string>& tool, const std::string& bytes) {
  sys::fd input;
  require(sys::memory_file("ovlsim-input", input), "making a file in memory");
  require(sys::write_all(input, bytes), "making a file in memory");
  require(sys::seek_begin(input), "making a file in memory");
  std::string output;
  require(sys::pread_all(filtered(tool, input), output), "reading what " + tool[0] + " has written");
  return output;
}

kernel_package::kernel_package(const std::string& place) {
  struct ::stat s {};
  sys::fd file;
  require(sys::open(place, O_RDONLY, 0, file), "reading " + place);
  require(sys::fstat(file, s), "reading " + place);
  if (!S_ISDIR(s.st_mode))
    read_archive(place);
  else
    for (const char* const part : {"boot", "lib/modules", "usr/lib/modules"}) read_directory(place, part);
}

void kernel_package::read_archive(const std::string& deb) {
  archive_ = filtered({"dpkg-deb", "--fsys-tarfile", deb}, sys::fd());
  std::string long_name, header(block, '\0');
  for (std::uint64_t at = 0;;) {
    if (sys::pread_some(archive_, header, at) != errc::ok || header[0] == '\0') return;
    at += block;
    std::uint64_t size = 0;
    const std::string_view digits = field(header, 124, 12);
    std::from_chars(digits.data(), digits.data() + digits.size(), size, 8);
    const char type = header[156];
    std::string name(field(header, 345, 155));
    if (!name.empty()) name += '/';
    name += field(header, 0, 100);
    if (type == 'L') {  // GNU: the name of the next entry, when it has no room in a header
      long_name.assign(size, '\0');
      require(sys::pread_some(archive_, long_name, at), "reading " + deb);
      long_name.resize(long_name.find('\0') == std::string::npos ? size : long_name.find('\0'));
    } else {
      const std::string path = plain(long_name.empty() ? name : long_name);
      long_name.clear();
      if ((type == '0' || type == '\0') && !path.empty()) in_archive_[path] = {at, size};
    }
    at += (size + block - 1) / block * block;
  }
}

void kernel_package::read_directory(const std::string& directory, const std::string& below) {
  sys::fd opened;
  std::vector<answer::entry> entries;
  const std::string path = directory + "/" + below;
  if (sys::open(path, O_RDONLY | O_DIRECTORY, 0, opened) != errc::ok) return;
  require(sys::list(opened, entries), "reading " + path);
  for (const answer::entry& e : entries) {
    if (e.type == entry_type::dir)
      read_directory(directory, below + "/" + e.name);
    else if (e.type == entry_type::file)
      in_directory_[plain(below + "/" + e.name)] = path + "/" + e.name;
  }
}

std::vector<std::string> kernel_package::files() const {
  std::vector<std::string> all;
  for (const auto& [path, where] : in_archive_) all.push_back(path);
  for (const auto& [path, where] : in_directory_) all.push_back(path);
  return all;
}

std::string kernel_package::read(const std::string& path) const {
  if (!archive_) {
    const auto found = in_directory_.find(path);
    if (found == in_directory_.end()) throw failure("there is no " + path);
    return file_at(found->second);
  }
  const auto found = in_archive_.find(path);
  if (found == in_archive_.end()) throw failure("there is no " + path);
  std::string bytes(found->second.size, '\0');
  require(sys::pread_some(archive_, bytes, found->second.offset), "reading " + path);
  return bytes;
}

}  // namespace ovlsim::live
