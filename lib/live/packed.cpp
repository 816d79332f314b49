// SPDX-License-Identifier: Apache-2.0
#include "live/packed.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "live/failure.hpp"
#include "live/tools.hpp"

namespace ovlsim::live {
namespace {

struct packing {
  std::string_view magic;
  std::vector<std::string> unpack;
  std::string package;
};

constexpr std::string_view gzip_magic = "\x1f\x8b";

const std::vector<packing>& packings() {
  static const std::vector<packing> all{{"\x28\xb5\x2f\xfd", {"zstd", "-dcq"}, "zstd"},
                                        {"\x02\x21\x4c\x18", {"lz4", "-dcq"}, "lz4"},
                                        {"\xfd" "7zXZ", {"xz", "-dcq"}, "xz-utils"},
                                        {gzip_magic, {"gzip", "-dcq"}, "gzip"}};
  return all;
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

std::string unpacked(std::string bytes) {
  for (const packing& p : packings()) {
    if (!bytes.starts_with(p.magic)) continue;
    std::string plain;
    require(sys::pread_all(output_of(p.unpack, p.package, in_memory("ovlsim-packed", bytes)), plain), "unpacking");
    return plain;
  }
  return bytes;
}

std::string plain_module(std::string packed) {
  std::string bytes = unpacked(std::move(packed));
  // scripts/sign-file: the signature, 12 bytes of which the last 4 are its size, most significant first, and this text.
  constexpr std::string_view end = "~Module signature appended~\n";
  constexpr std::size_t description = 12;
  if (!bytes.ends_with(end) || bytes.size() < end.size() + description) return bytes;
  const std::size_t text = bytes.size() - end.size();
  std::size_t size = 0;
  for (std::size_t i = text - 4; i < text; ++i) size = size << 8U | static_cast<unsigned char>(bytes[i]);
  if (size <= text - description) bytes.resize(text - description - size);
  return bytes;
}

std::string plain_kernel(std::string bytes) {
  // Documentation/arch/x86/boot.rst: a small program of some sectors, and behind it the kernel, compressed.
  constexpr std::size_t sector = 512, sectors = 0x1f1, magic = 0x202, offset = 0x248, length = 0x24c, header = 0x250;
  if (bytes.size() < header || bytes.compare(magic, 4, "HdrS") != 0) return bytes;
  const std::size_t setup = static_cast<unsigned char>(bytes[sectors]);
  const std::size_t begin = ((setup == 0 ? 4 : setup) + 1) * sector + number_at(bytes, offset);
  const std::size_t size = number_at(bytes, length);
  if (begin > bytes.size() || size > bytes.size() - begin || size < 4) return bytes;
  std::string packed = bytes.substr(begin, size);
  // The build puts the size behind it; in gzip's format that is a part of it.
  if (!packed.starts_with(gzip_magic)) packed.resize(size - 4);
  try {
    std::string kernel = unpacked(std::move(packed));
    if (kernel.starts_with("\x7f" "ELF")) return kernel;
  } catch (const failure&) {  // the tool is not installed: it boots the slow way
  }
  return bytes;
}

}  // namespace ovlsim::live
