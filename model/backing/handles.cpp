// SPDX-License-Identifier: Apache-2.0
//
// Layouts, each from the filesystem's encode_fh and fh_to_dentry.
#include "backing/handles.hpp"

#include "backing/traits.hpp"

namespace ovlsim::backing {

namespace {

constexpr std::uint8_t ino32_gen = 0x01;         // FILEID_INO32_GEN
constexpr std::uint8_t ino32_gen_parent = 0x02;  // FILEID_INO32_GEN_PARENT: the parent's part is ignored
constexpr std::uint8_t ino64_gen = 0x81;         // FILEID_INO64_GEN
constexpr std::uint8_t btrfs_no_parent = 0x4d;   // FILEID_BTRFS_WITHOUT_PARENT
constexpr std::uint64_t btrfs_top_subvolume = 5;

void put32(file_handle& h, std::uint64_t v) {
  for (int i = 0; i < 4; ++i) h.fid.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

void put64(file_handle& h, std::uint64_t v) {
  put32(h, v);
  put32(h, v >> 32);
}

/// generic_encode_ino32_fh().
void put_ino32(file_handle& h, const inode& i) {
  h.type = ino32_gen;
  put32(h, i.ino);
  put32(h, i.generation);
}

std::uint64_t get(const char* fid, std::size_t at, std::size_t bytes) {
  std::uint64_t v = 0;
  for (std::size_t i = bytes; i-- > 0;) v = v << 8 | static_cast<unsigned char>(fid[at + i]);
  return v;
}

const inode* with_generation(const filesystem& fs, ino_t64 ino, std::uint64_t generation) {
  const inode* i = fs.inodes.find(ino);
  return i != nullptr && i->generation == generation ? i : nullptr;
}

}  // namespace

file_handle encode(const filesystem& fs, const inode& i) {
  file_handle h;
  if (handles_of(fs) == handle_class::none) return h;
  switch (fs.type) {
    case fs_type::ext4:
    case fs_type::squashfs:
      put_ino32(h, i);
      break;
    case fs_type::erofs:  // erofs_encode_fh: the high word first
      if (!fs.ino64_handles) {
        put_ino32(h, i);
        break;
      }
      h.type = ino64_gen;
      put32(h, i.ino >> 32);
      put32(h, i.ino);
      put32(h, i.generation);
      break;
    case fs_type::xfs:  // xfs_fs_encode_fh
      h.type = ino64_gen;
      put64(h, i.ino);
      put32(h, i.generation);
      break;
    case fs_type::btrfs:  // btrfs_encode_fh
      h.type = btrfs_no_parent;
      put64(h, i.ino);
      put64(h, btrfs_top_subvolume);
      put32(h, i.generation);
      break;
    case fs_type::tmpfs:  // shmem_encode_fh: the generation first
      h.type = ino32_gen;
      put32(h, i.generation);
      put64(h, i.ino);
      break;
  }
  return h;
}

const inode* decode(const filesystem& fs, std::uint8_t type, const char* fid, std::size_t length) {
  if (handles_of(fs) == handle_class::none) return nullptr;
  const bool ino32 = type == ino32_gen || type == ino32_gen_parent;
  switch (fs.type) {
    case fs_type::squashfs:  // squashfs_fh_to_dentry: the generation is not looked at
      return ino32 && length >= 8 ? fs.inodes.find(get(fid, 0, 4)) : nullptr;
    case fs_type::ext4: {  // ext4_nfs_get_inode: a stored generation of 0 matches any
      if (!ino32 || length < 8) return nullptr;
      const inode* i = fs.inodes.find(get(fid, 0, 4));
      const std::uint64_t generation = get(fid, 4, 4);
      return i != nullptr && (generation == 0 || generation == i->generation) ? i : nullptr;
    }
    case fs_type::erofs: {  // erofs_fh_to_dentry: the generation is not looked at
      if (!fs.ino64_handles) return ino32 && length >= 8 ? fs.inodes.find(get(fid, 0, 4)) : nullptr;
      if (type != ino64_gen || length < 12) return nullptr;
      return fs.inodes.find(get(fid, 0, 4) << 32 | get(fid, 4, 4));
    }
    case fs_type::xfs:
      if (type == ino64_gen && length >= 12) return with_generation(fs, get(fid, 0, 8), get(fid, 8, 4));
      if (ino32 && length >= 8) return with_generation(fs, get(fid, 0, 4), get(fid, 4, 4));
      return nullptr;
    case fs_type::btrfs:
      if (type != btrfs_no_parent || length != 20 || get(fid, 8, 8) != btrfs_top_subvolume) return nullptr;
      return with_generation(fs, get(fid, 0, 8), get(fid, 16, 4));
    case fs_type::tmpfs:
      return length >= 12 ? with_generation(fs, get(fid, 4, 8), get(fid, 0, 4)) : nullptr;
  }
  return nullptr;
}

}  // namespace ovlsim::backing
