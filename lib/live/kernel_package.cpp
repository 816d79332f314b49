// SPDX-License-Identifier: Apache-2.0
#include "live/kernel_package.hpp"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "live/failure.hpp"
#include "live/tools.hpp"

namespace ovlsim::live {
namespace {

// A header of tar, and its fields (POSIX ustar).
constexpr std::size_t block = 512;
struct span_of {
  std::size_t at, size;
};
constexpr span_of name_field{0, 100}, size_field{124, 12}, prefix_field{345, 155};
constexpr std::size_t type_field = 156;
constexpr char plain_file = '0', old_plain_file = '\0', gnu_long_name = 'L';

std::string_view field(const std::string& header, span_of where) {
  const std::string_view text = std::string_view(header).substr(where.at, where.size);
  return text.substr(0, text.find('\0'));
}

/// `./usr/lib/modules/x` -> `lib/modules/x`; empty for what is no part of a kernel.
std::string plain(std::string_view path) {
  for (const std::string_view prefix : {"./", "/", "usr/"})
    if (path.starts_with(prefix)) path.remove_prefix(prefix.size());
  return path.starts_with("boot/") || path.starts_with("lib/modules/") ? std::string(path) : std::string();
}

}  // namespace

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
  archive_ = output_of({"dpkg-deb", "--fsys-tarfile", deb}, "dpkg");
  std::string long_name, header(block, '\0');
  for (std::uint64_t at = 0; sys::pread_some(archive_, header, at) == errc::ok && header[0] != '\0';) {
    at += block;
    std::uint64_t size = 0;
    const std::string_view digits = field(header, size_field);
    std::from_chars(digits.data(), digits.data() + digits.size(), size, 8);
    const char type = header[type_field];
    if (type == gnu_long_name) {  // of the next entry
      long_name.assign(size, '\0');
      require(sys::pread_some(archive_, long_name, at), "reading " + deb);
      long_name.erase(std::min(long_name.find('\0'), long_name.size()));
    } else {
      std::string name(field(header, prefix_field));
      name += (name.empty() ? "" : "/") + std::string(field(header, name_field));
      const std::string path = plain(long_name.empty() ? name : long_name);
      if ((type == plain_file || type == old_plain_file) && !path.empty()) in_archive_[path] = {at, size};
      long_name.clear();
    }
    at += (size + block - 1) / block * block;
  }
}

void kernel_package::read_directory(const std::string& directory, const std::string& below) {
  sys::fd opened;
  std::vector<answer::entry> entries;
  const std::string path = directory + "/" + below;
  const errc e = sys::open(path, O_RDONLY | O_DIRECTORY, 0, opened);
  if (e == errc::enoent) return;
  require(e, "reading " + path);
  require(sys::list(opened, entries), "reading " + path);
  for (const answer::entry& entry : entries) {
    const std::string name = below + "/" + entry.name;
    if (entry.type == entry_type::dir) read_directory(directory, name);
    if (entry.type == entry_type::file) in_directory_[plain(name)] = path + "/" + entry.name;
  }
}

std::vector<std::string> kernel_package::files() const {
  std::vector<std::string> all;
  for (const auto& [path, where] : in_archive_) all.push_back(path);
  for (const auto& [path, where] : in_directory_) all.push_back(path);
  return all;
}

std::string kernel_package::read(const std::string& path) const {
  if (const auto found = in_directory_.find(path); found != in_directory_.end()) return content_of(found->second);
  const auto found = in_archive_.find(path);
  if (found == in_archive_.end()) throw failure("there is no " + path);
  std::string bytes(found->second.size, '\0');
  require(sys::pread_some(archive_, bytes, found->second.offset), "reading " + path);
  return bytes;
}

}  // namespace ovlsim::live
