// SPDX-License-Identifier: Apache-2.0
//
// The layout: u8 version, magic, length, flags, type; 16 bytes of UUID; the filesystem's own handle.
#include "compare_handles.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace ovlsim::compare {
namespace {

constexpr std::size_t header = 5;
constexpr std::size_t uuid_size = 16;

bool has_null_uuid(std::string_view handle) {
  const std::string_view id = handle.substr(header, uuid_size);
  return std::all_of(id.begin(), id.end(), [](char c) { return c == '\0'; });
}

/// Whether the filesystem's own handle has a random generation in it: not that of an image that a tool has numbered. tmpfs (type 1,
/// 12 bytes) has it in front, others at the end.
bool has_generation(std::string_view handle) {
  constexpr std::size_t word = 4;
  const std::string_view fid = handle.substr(header + uuid_size);
  if (fid.size() < word) return false;
  const bool in_front = handle[header - 1] == 1 && fid.size() == 3 * word;
  const std::string_view generation = fid.substr(in_front ? 0 : fid.size() - word, word);
  return std::any_of(generation.begin(), generation.end(), [](char c) { return c != '\0'; });
}

renaming::contradiction as_they_are(std::string_view left, std::string_view right) {
  return {text::to_hex(left), text::to_hex(right)};
}

}  // namespace

bool is_stored_handle(std::string_view bytes) noexcept {
  return bytes.size() >= header + uuid_size && bytes[0] == '\0' && bytes[1] == '\xfb';
}

namespace {

/// The handle inside one that an overlay has made: three bytes, then another stored handle. Empty where there is none.
std::string_view inner_handle(std::string_view bytes) {
  constexpr char overlay_type = '\xf8';
  constexpr std::size_t begin = header + uuid_size + 3;
  const bool nested = is_stored_handle(bytes) && bytes[header - 1] == overlay_type && bytes.size() > begin;
  return nested && is_stored_handle(bytes.substr(begin)) ? bytes.substr(begin) : std::string_view();
}

}  // namespace

std::string handle_in_name(std::string_view name) {
  std::string bytes;
  const bool handle = text::from_hex("0x" + std::string(name), bytes) && is_stored_handle(bytes);
  return handle ? bytes : std::string();
}

bool is_temporary(std::string_view name) noexcept {
  return name.size() > 1 && name.front() == '#' && name.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
}

bool is_random_handle(std::string_view bytes) noexcept {
  if (!is_stored_handle(bytes)) return false;
  const std::string_view inner = inner_handle(bytes);
  return !has_null_uuid(bytes) || (inner.empty() ? has_generation(bytes) : is_random_handle(inner));
}

bool is_random_uuid(std::string_view bytes) noexcept {
  constexpr std::size_t version = 6;
  constexpr std::size_t variant = 8;
  return bytes.size() == uuid_size && (bytes[version] & '\xf0') == '\x40' && (bytes[variant] & '\xc0') == static_cast<char>('\x80');
}

std::optional<renaming::contradiction> handle_renaming::add_uuid(std::string_view left, std::string_view right, int line) {
  return uuids_.add(text::to_hex(left), text::to_hex(right), line);
}

std::optional<renaming::contradiction> handle_renaming::add(std::string_view left, std::string_view right, int line) {
  const bool same_header = left.size() == right.size() && left.substr(0, header) == right.substr(0, header);
  const bool null_uuid = has_null_uuid(left);
  if (!same_header || null_uuid != has_null_uuid(right)) return as_they_are(left, right);
  const std::string_view inner = inner_handle(left);
  if (!inner.empty() && !inner_handle(right).empty()) {
    if (!null_uuid) {
      const auto uuid = uuids_.add(text::to_hex(left.substr(header, uuid_size)), text::to_hex(right.substr(header, uuid_size)), line);
      if (uuid) return renaming::contradiction{"uuid " + uuid->left, "uuid " + uuid->right};
    }
    return add(inner, inner_handle(right), line);
  }
  if (null_uuid && !(has_generation(left) && has_generation(right))) {
    if (left == right) return std::nullopt;
    return as_they_are(left, right);
  }
  const auto part = [](std::string_view handle, std::size_t at, std::size_t size) {
    return text::to_hex(handle.substr(at, size));
  };
  constexpr std::size_t rest = std::string_view::npos;
  const auto id = ids_.add(part(left, header + uuid_size, rest), part(right, header + uuid_size, rest), line);
  const auto uuid = uuids_.add(part(left, header, uuid_size), part(right, header, uuid_size), line);
  // Both go wrong together when the handle is of another file altogether: one report.
  if (uuid) return renaming::contradiction{"uuid " + uuid->left, "uuid " + uuid->right};
  if (id) return renaming::contradiction{"handle " + id->left, "handle " + id->right};
  return std::nullopt;
}

}  // namespace ovlsim::compare
