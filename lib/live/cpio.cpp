// SPDX-License-Identifier: Apache-2.0
#include "live/cpio.hpp"

#include <sys/stat.h>

#include <array>
#include <utility>

namespace ovlsim::live {
namespace {

constexpr std::size_t alignment = 4;

void pad(std::string& bytes) { bytes.resize((bytes.size() + alignment - 1) / alignment * alignment, '\0'); }

void hexadecimal(std::string& bytes, std::uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) bytes += "0123456789abcdef"[(value >> static_cast<unsigned>(shift)) & 15U];
}

}  // namespace

void cpio_archive::entry(std::string_view path, std::uint32_t mode, std::string_view bytes) {
  const std::string_view name = path.substr(path.find_first_not_of('/'));
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const auto name_size = static_cast<std::uint32_t>(name.size() + 1);
  // inode, mode, uid, gid, nlink, mtime, size, device (two numbers), device of a node (two), length of the name, checksum
  const std::array<std::uint32_t, 13> numbers{++inodes_, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0};
  bytes_ += "070701";
  for (const std::uint32_t number : numbers) hexadecimal(bytes_, number);
  bytes_ += name;
  bytes_ += '\0';
  pad(bytes_);
  bytes_ += bytes;
  pad(bytes_);
}

/// Whether the path is a new one; then its parents are there.
bool cpio_archive::parents_and(std::string_view path) {
  if (!there_.emplace(path).second) return false;
  if (const std::size_t slash = path.rfind('/'); slash != 0 && slash != std::string_view::npos) directory(path.substr(0, slash));
  return true;
}

void cpio_archive::directory(std::string_view path) {
  if (parents_and(path)) entry(path, S_IFDIR | 0755U, {});
}
void cpio_archive::file(std::string_view path, std::string_view bytes, bool executable) {
  if (parents_and(path)) entry(path, S_IFREG | (executable ? 0755U : 0644U), bytes);
}
void cpio_archive::symlink(std::string_view path, std::string_view target) {
  if (parents_and(path)) entry(path, S_IFLNK | 0777U, target);
}

std::string cpio_archive::finish() && {
  entry("TRAILER!!!", 0, {});
  return std::move(bytes_);
}

}  // namespace ovlsim::live
