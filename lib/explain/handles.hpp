// SPDX-License-Identifier: Apache-2.0
//
// The bytes of trusted.overlay.* in words: a stored file handle (struct ovl_fb) taken apart, the other marks by what they mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ovlsim/world.hpp"

namespace ovlsim::explaining {

struct decoded_handle {
  uuid id{};
  std::uint8_t flags = 0;
  std::uint8_t type = 0;
  std::uint64_t ino = 0;
  std::uint64_t generation = 0;
  bool known = false;  ///< `type` is one whose number and generation we can tell
};

/// Nothing for what is no stored handle.
std::optional<decoded_handle> decode_handle(std::string_view bytes);

/// `null` or the 36 characters.
std::string uuid_in_words(const uuid& id);

/// `UUID null, FILEID_INO32_GEN, inode 1, generation 0`.
std::string in_words(const decoded_handle& handle);

/// `UUID null, inode 1, generation 0`: what matters of it in a proof.
std::string in_short(const decoded_handle& handle);

/// A xattr's value, decoded where it is overlayfs's own; else as text in quotes, or in hexadecimal.
std::string xattr_in_words(std::string_view name, std::string_view value);

/// `origin` of `trusted.overlay.origin` and `user.overlay.origin`; empty for other names.
std::string_view own_xattr(std::string_view name) noexcept;

}  // namespace ovlsim::explaining
