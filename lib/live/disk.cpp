// SPDX-License-Identifier: Apache-2.0
#include "live/disk.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <span>

#include "live/failure.hpp"

namespace ovlsim::live {
namespace {

// Where things are on disk. All of these formats are fixed for good: every filesystem in the world has them there.
namespace ext4 {
constexpr std::uint64_t superblock = 1024, free_inodes = superblock + 0x10, id = superblock + 0x68;
constexpr std::uint64_t block = 4096, group = block;  // the descriptor of group 0, in the block after the superblock's
constexpr std::uint64_t inode_bitmap = group + 4, group_free_inodes = group + 14;
}  // namespace ext4

namespace xfs {
constexpr std::size_t sector = 512;
constexpr std::size_t id = 32, incompatible = 216, crc = 224, meta_id = 248;  // in the superblock
constexpr std::uint32_t has_meta_id = 1U << 2;
constexpr std::size_t inode_size = 512, inode_nlink = 16, inode_bytes = 56, inode_crc = 100, inode_fork = 176;
constexpr std::uint32_t log_magic = 0xfeedbabe;
constexpr std::size_t log_crc = 32, log_id = 304;  // in the header of a log record
}  // namespace xfs

namespace btrfs {
constexpr std::uint64_t superblock = 65536;
constexpr std::size_t size = 4096, id = 32, incompatible = 188, meta_id = 571;
constexpr std::uint64_t has_meta_id = 1U << 10;
// Mixed block groups: metadata blocks are as small as any.
constexpr std::size_t node = 4096, node_owner = 88, node_items = 96, node_level = 100, first_item = 101, item_size = 25;
constexpr std::size_t node_generation = 80;
constexpr std::uint64_t file_tree = 5, first_file = 256, orphans = ~std::uint64_t{4};
}  // namespace btrfs

/// The CRC of all three filesystems, reflected, without the final inversion (which each of them adds).
std::uint32_t crc32c(std::uint32_t crc, std::span<const char> bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t c = i;
      for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1U) != 0 ? 0x82f63b78U : 0U);
      t[i] = c;
    }
    return t;
  }();
  for (const char byte : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(byte)) & 0xffU];
  return crc;
}

template <class Number>
void put_le(std::span<char> at, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) at[i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
}
template <class Number>
Number get_le(std::span<const char> at) {
  Number value = 0;
  for (std::size_t i = sizeof value; i-- > 0;)
    value = static_cast<Number>((value << 8) | static_cast<Number>(static_cast<unsigned char>(at[i])));
  return value;
}
void put_be32(std::span<char> at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) at[i] = static_cast<char>((value >> (24 - 8 * i)) & 0xffU);
}
std::uint32_t get_be32(std::span<const char> at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8) | static_cast<unsigned char>(at[i]);
  return value;
}

std::string read_at(const sys::fd& image, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  require(sys::pread_some(image, bytes, offset), "reading a disk image");
  return bytes;
}
void write_at(const sys::fd& image, std::uint64_t offset, std::string_view bytes) {
  require(sys::pwrite_all(image, bytes, offset), "writing a disk image");
}

std::string_view bytes_of(const uuid& id) { return {reinterpret_cast<const char*>(id.data()), id.size()}; }

/// xfs keeps its CRC inside the structure that it covers, as if it were zero there.
void seal_xfs(std::span<char> bytes, std::size_t at) {
  put_le<std::uint32_t>(bytes.subspan(at), 0);
  put_le<std::uint32_t>(bytes.subspan(at), ~crc32c(~0U, bytes));
}

/// Metadata blocks carry the UUID that the filesystem was made with; "meta_uuid" is xfs's own way to change the visible one.
void set_xfs_uuid(const sys::fd& image, const uuid& id) {
  std::string super = read_at(image, 0, xfs::sector);
  const std::span<char> s(super);
  if ((get_be32(s.subspan(xfs::incompatible)) & xfs::has_meta_id) == 0) {
    put_be32(s.subspan(xfs::incompatible), get_be32(s.subspan(xfs::incompatible)) | xfs::has_meta_id);
    super.replace(xfs::meta_id, id.size(), super, xfs::id, id.size());
  }
  super.replace(xfs::id, id.size(), bytes_of(id));
  seal_xfs(s, xfs::crc);
  write_at(image, 0, super);
  // The log is clean but its records name the visible UUID. A record without CRC is not checked.
  std::uint64_t begin = 0, end = 0;
  for (; sys::next_data(image, begin, end); begin = end) {
    std::string bytes = read_at(image, begin, end - begin);
    for (std::size_t at = 0; at + xfs::sector <= bytes.size(); at += xfs::sector) {
      const std::span<char> record = std::span<char>(bytes).subspan(at, xfs::sector);
      if (get_be32(record) != xfs::log_magic) continue;
      put_le<std::uint32_t>(record.subspan(xfs::log_crc), 0);
      std::memcpy(record.data() + xfs::log_id, id.data(), id.size());
      write_at(image, begin + at, {record.data(), record.size()});
    }
  }
}

/// As xfs: every block carries the first UUID, and "metadata_uuid" lets the visible one differ.
void set_btrfs_uuid(const sys::fd& image, const uuid& id) {
  std::string super = read_at(image, btrfs::superblock, btrfs::size);
  const std::span<char> s(super);
  const auto flags = get_le<std::uint64_t>(s.subspan(btrfs::incompatible));
  if ((flags & btrfs::has_meta_id) == 0) {
    put_le<std::uint64_t>(s.subspan(btrfs::incompatible), flags | btrfs::has_meta_id);
    super.replace(btrfs::meta_id, id.size(), super, btrfs::id, id.size());
  }
  super.replace(btrfs::id, id.size(), bytes_of(id));
  put_le<std::uint32_t>(s, ~crc32c(~0U, s.subspan(32)));
  write_at(image, btrfs::superblock, super);
}

}  // namespace

disk take(const sys::fd& image) {
  struct ::stat s {};
  require(sys::fstat(image, s), "looking at a disk image");
  disk d;
  d.size = static_cast<std::uint64_t>(s.st_size);
  // Tools write zeros where a hole would do (the log of xfs is 16 MB of them), so a block of zeros is left out too.
  constexpr std::size_t block = 4096;
  static const std::string zeros(block, '\0');
  std::uint64_t begin = 0, end = 0;
  for (; sys::next_data(image, begin, end); begin = end) {
    const std::string bytes = read_at(image, begin, end - begin);
    for (std::size_t at = 0; at < bytes.size(); at += block) {
      const std::string_view some = std::string_view(bytes).substr(at, block);
      if (some == std::string_view(zeros).substr(0, some.size())) continue;
      const std::uint64_t offset = begin + at;
      if (!d.pieces.empty() && d.pieces.back().offset + d.pieces.back().bytes.size() == offset)
        d.pieces.back().bytes += some;
      else
        d.pieces.push_back({offset, std::string(some)});
    }
  }
  return d;
}

std::string image_name(int process) { return "ovlsim-image-" + std::to_string(process); }

sys::fd blank(std::uint64_t size) {
  sys::fd image;
  require(sys::memory_file(image_name(sys::this_process()), image), "making a disk image");
  require(sys::resize(image, size), "making a disk image");
  return image;
}

sys::fd put(const disk& d) {
  sys::fd image = blank(d.size);
  for (const disk::piece& p : d.pieces) write_at(image, p.offset, p.bytes);
  return image;
}

sys::fd copy(const sys::fd& image) { return put(take(image)); }

uuid random_uuid() {
  uuid id{};
  sys::random_bytes(id);
  id[6] = static_cast<std::uint8_t>((id[6] & 0x0fU) | 0x40U);
  id[8] = static_cast<std::uint8_t>((id[8] & 0x3fU) | 0x80U);
  return id;
}

std::string to_string(const uuid& id) {
  std::string text;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += "0123456789abcdef"[id[i] >> 4U];
    text += "0123456789abcdef"[id[i] & 15U];
  }
  return text;
}

void set_uuid(const sys::fd& image, fs_type type, const uuid& id) {
  switch (type) {
    case fs_type::ext4: return write_at(image, ext4::id, bytes_of(id));
    case fs_type::xfs: return set_xfs_uuid(image, id);
    case fs_type::btrfs: return set_btrfs_uuid(image, id);
    default: throw failure("a UUID cannot be written to this filesystem");
  }
}

void use_up_ext4(const sys::fd& image, std::uint32_t first) {
  const std::string bitmap_block = read_at(image, ext4::inode_bitmap, 4);
  const std::uint64_t bitmap_at = get_le<std::uint32_t>(bitmap_block) * ext4::block;
  std::string bitmap = read_at(image, bitmap_at, ext4::block);
  std::uint32_t taken = 0;
  for (std::uint32_t number = 1; number < first; ++number) {
    char& byte = bitmap[(number - 1) / 8];
    const auto bit = static_cast<unsigned char>(1U << ((number - 1) % 8));
    if ((static_cast<unsigned char>(byte) & bit) != 0) continue;
    byte = static_cast<char>(static_cast<unsigned char>(byte) | bit);
    ++taken;
  }
  write_at(image, bitmap_at, bitmap);
  std::string group = read_at(image, ext4::group_free_inodes, 2);
  put_le(std::span<char>(group), static_cast<std::uint16_t>(get_le<std::uint16_t>(group) - taken));
  write_at(image, ext4::group_free_inodes, group);
  std::string total = read_at(image, ext4::free_inodes, 4);
  put_le(std::span<char>(total), get_le<std::uint32_t>(total) - taken);
  write_at(image, ext4::free_inodes, total);
}

void hide_btrfs_orphan(const sys::fd& image, std::uint64_t number) {
  // The leaf of the file tree, in its newest copy. The keys stay in order: it was the last file and is now even more so.
  std::uint64_t leaf_at = 0, newest = 0, begin = 0, end = 0;
  for (; sys::next_data(image, begin, end); begin = end)
    for (std::uint64_t at = begin; at + btrfs::node <= end; at += btrfs::node) {
      const std::string head = read_at(image, at, btrfs::first_item);
      const std::span<const char> h(head);
      const bool is_leaf = get_le<std::uint64_t>(h.subspan(btrfs::node_owner)) == btrfs::file_tree &&
                           h[btrfs::node_level] == 0 && get_le<std::uint32_t>(h.subspan(btrfs::node_items)) < 100;
      const auto generation = get_le<std::uint64_t>(h.subspan(btrfs::node_generation));
      if (!is_leaf || generation < newest) continue;
      leaf_at = at;
      newest = generation;
    }
  if (leaf_at == 0) throw failure("the file tree of a new btrfs is not where it was looked for");
  std::string leaf = read_at(image, leaf_at, btrfs::node);
  const std::span<char> l(leaf);
  const auto items = get_le<std::uint32_t>(l.subspan(btrfs::node_items));
  const auto object = [&](std::uint32_t i) { return l.subspan(btrfs::first_item + i * btrfs::item_size); };
  std::uint64_t orphan = 0;
  for (std::uint32_t i = 0; i < items; ++i)
    if (get_le<std::uint64_t>(object(i)) == btrfs::orphans) orphan = get_le<std::uint64_t>(object(i).subspan(9));
  if (orphan <= btrfs::first_file || orphan > number) throw failure("a new btrfs has no orphan to hide");
  for (std::uint32_t i = 0; i < items; ++i)
    if (get_le<std::uint64_t>(object(i)) == orphan) put_le(object(i), number);
  put_le<std::uint32_t>(l, ~crc32c(~0U, l.subspan(32)));
  write_at(image, leaf_at, leaf);
}

void empty_xfs_root(const sys::fd& image, std::uint64_t root) {
  // One allocation group: an inode number is its place on the disk.
  std::string inode = read_at(image, root * xfs::inode_size, xfs::inode_size);
  const std::span<char> s(inode);
  put_be32(s.subspan(xfs::inode_nlink), 2);
  put_be32(s.subspan(xfs::inode_bytes), 0);
  put_be32(s.subspan(xfs::inode_bytes + 4), 6);  // a header, no entries
  s[xfs::inode_fork] = 0;                        // the number of entries
  seal_xfs(s, xfs::inode_crc);
  write_at(image, root * xfs::inode_size, inode);
}

}  // namespace ovlsim::live
