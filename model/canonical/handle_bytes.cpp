// SPDX-License-Identifier: Apache-2.0
//
// File handles as bytes, and the names and UUIDs that are numbers in disguise.
#include "canonical/renaming.hpp"
#include "overlay/origin.hpp"

namespace ovlsim::canonical {

namespace {

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

}  // namespace

const handle_layout* layout_of(std::uint32_t type, std::size_t length) {
  static constexpr handle_layout ino32{0, 4, 4};        // ext4, squashfs, an xfs with small numbers, an old erofs
  static constexpr handle_layout shmem{4, 8, 0};        // tmpfs, of the same type and longer
  static constexpr handle_layout ino64{0, 8, 8};        // xfs; an erofs has the high word first, and generation 0
  static constexpr handle_layout btrfs{0, 8, 16};
  constexpr std::uint32_t ino32_gen = 0x01, ino64_gen = 0x81, btrfs_no_parent = 0x4d;
  if (type == ino32_gen) return length == 8 ? &ino32 : length == 12 ? &shmem : nullptr;
  if (type == ino64_gen) return length == 12 ? &ino64 : nullptr;
  return type == btrfs_no_parent && length == 20 ? &btrfs : nullptr;
}

std::uint64_t get_number(const char* at, std::size_t bytes) {
  std::uint64_t v = 0;
  for (std::size_t i = bytes; i-- > 0;) v = v << 8 | static_cast<unsigned char>(at[i]);
  return v;
}

void put_number(char* at, std::size_t bytes, std::uint64_t value) {
  for (std::size_t i = 0; i < bytes; ++i, value >>= 8) at[i] = static_cast<char>(value);
}

stored_handle stored_handle_in(std::span<char> bytes) {
  const std::string_view view(bytes.data(), bytes.size());
  if (overlay::check_fb(view) != errc::ok) return {};
  const std::size_t length = static_cast<unsigned char>(view[2]);
  if (length < overlay::fb_header || length > bytes.size()) return {};
  return {.id = bytes.data() + 5,
          .type = static_cast<unsigned char>(view[4]),
          .fid = bytes.subspan(overlay::fb_header, (length - overlay::fb_header) / 4 * 4)};
}

bool is_made_up(const uuid& id) {
  uuid like = made_up(static_cast<std::uint32_t>(id[0] | id[1] << 8 | id[2] << 16) | static_cast<std::uint32_t>(id[3]) << 24);
  return like == id;
}

uuid made_up(std::uint32_t n) {
  uuid id{};
  for (std::size_t i = 0; i < 4; ++i) id[i] = static_cast<std::uint8_t>(n >> (8 * i));
  id[6] = 0x40;
  id[8] = 0x80;
  return id;
}

bool is_temporary(std::string_view name) { return name.size() > 1 && name.size() <= 9 && name[0] == '#' && is_hex(name.substr(1)); }

bool is_index_name(std::string_view name) {
  return name.size() >= 2 * overlay::fb_header && name.size() % 2 == 0 && name.starts_with("00fb") && is_hex(name);
}

}  // namespace ovlsim::canonical
