// SPDX-License-Identifier: Apache-2.0
//
// Layout of struct ovl_fb: u8 version, magic, length, flags, type; 16 bytes of UUID; the filesystem's own handle.
#include "explain/handles.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compare_handles.hpp"
#include "explain/columns.hpp"
#include "render/fields.hpp"
#include "scenario/values.hpp"
#include "text/utf8.hpp"

namespace ovlsim::explaining {

namespace {

constexpr std::size_t flags_at = 3;
constexpr std::size_t type_at = 4;
constexpr std::size_t uuid_at = 5;
constexpr std::size_t fid_at = 21;
constexpr unsigned flag_path_upper = 4;

constexpr std::uint8_t ino32_gen = 0x01;
constexpr std::uint8_t ino32_gen_parent = 0x02;
constexpr std::uint8_t ino64_gen = 0x81;
constexpr std::uint8_t btrfs_no_parent = 0x4d;
constexpr std::uint8_t ovl_v1 = 0xf8;  // of an overlay on which a layer lies

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t v = 0;
  for (std::size_t i = size; i-- > 0;) v = v << 8 | static_cast<unsigned char>(bytes[at + i]);
  return v;
}

std::string_view type_name(std::uint8_t type) {
  switch (type) {
    case ino32_gen: return "FILEID_INO32_GEN";
    case ino32_gen_parent: return "FILEID_INO32_GEN_PARENT";
    case ino64_gen: return "FILEID_INO64_GEN";
    case btrfs_no_parent: return "FILEID_BTRFS_WITHOUT_PARENT";
    case ovl_v1: return "OVL_FILEID_V1";
    default: return {};
  }
}

/// The number and the generation, where each filesystem puts them.
void read_fid(std::string_view fid, decoded_handle& h) {
  if (h.type == btrfs_no_parent && fid.size() >= 20) {
    h = {h.id, h.flags, h.type, number(fid, 0, 8), number(fid, 16, 4), true};
  } else if ((h.type == ino32_gen || h.type == ino32_gen_parent) && fid.size() == 12) {  // shmem_encode_fh: the generation first
    h = {h.id, h.flags, h.type, number(fid, 4, 8), number(fid, 0, 4), true};
  } else if ((h.type == ino32_gen || h.type == ino32_gen_parent) && fid.size() >= 8) {
    h = {h.id, h.flags, h.type, number(fid, 0, 4), number(fid, 4, 4), true};
  } else if (h.type == ino64_gen && fid.size() >= 12) {
    // erofs_encode_fh() puts the high word first; xfs has no number whose low word is 0
    const bool high_first = number(fid, 0, 4) == 0;
    const std::uint64_t ino = high_first ? number(fid, 4, 4) : number(fid, 0, 8);
    h = {h.id, h.flags, h.type, ino, number(fid, 8, 4), true};
  }
}

}  // namespace

std::optional<decoded_handle> decode_handle(std::string_view bytes) {
  if (!compare::is_stored_handle(bytes)) return std::nullopt;
  decoded_handle h;
  h.flags = static_cast<std::uint8_t>(bytes[flags_at]);
  h.type = static_cast<std::uint8_t>(bytes[type_at]);
  std::copy_n(bytes.begin() + uuid_at, h.id.size(), h.id.begin());
  read_fid(bytes.substr(fid_at), h);
  return h;
}

std::string uuid_in_words(const uuid& id) { return id == uuid{} ? "null" : scenario_text::print_uuid(id); }

std::string in_words(const decoded_handle& h) {
  const std::string_view name = type_name(h.type);
  std::string words = "UUID " + uuid_in_words(h.id) + ", " + (name.empty() ? fmt::format("type {:#x}", h.type) : std::string(name));
  if (h.known) words += fmt::format(", inode {}, generation {}", h.ino, h.generation);
  if ((h.flags & flag_path_upper) != 0) words += ", of the upper";
  return words;
}

std::string in_short(const decoded_handle& h) {
  return h.known ? fmt::format("UUID {}, inode {}, generation {}", uuid_in_words(h.id), h.ino, h.generation) : in_words(h);
}

std::string_view own_xattr(std::string_view name) noexcept {
  for (const std::string_view prefix : {std::string_view("trusted.overlay."), std::string_view("user.overlay.")}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return {};
}

std::string xattr_in_words(std::string_view name, std::string_view value) {
  const std::string_view own = own_xattr(name);
  constexpr std::size_t uuid_size = 16;
  if (const auto handle = decode_handle(value); handle && (own == "origin" || own == "upper")) return in_words(*handle);
  if (own == "origin" && value.empty()) return "empty: copied up from a filesystem without file handles";
  if (own == "metacopy") return value.empty() ? "the data is in the lower layers" : "the data is in the lower layers, with a digest";
  if (own == "uuid" && value.size() == uuid_size) {
    uuid id{};
    std::copy_n(value.begin(), id.size(), id.begin());
    return uuid_in_words(id);
  }
  // Of a long one its beginning says what it is.
  constexpr std::size_t longest = 120;
  const std::string told = render::told_value(value);
  return value.empty() ? "empty" : cut(told, longest) + (columns_of(told) > longest ? fmt::format(" ({} bytes)", value.size()) : "");
}

}  // namespace ovlsim::explaining
