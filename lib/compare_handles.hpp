// SPDX-License-Identifier: Apache-2.0
//
// File handles as overlayfs stores them (struct ovl_fh), in the values of trusted.overlay.origin and its like. UUIDs and
// generations are random, so two handles agree when a renaming of one's gives the other's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compare_renaming.hpp"

namespace ovlsim::compare {

/// Whether these bytes are a stored handle: version 0, magic 0xfb, as long as a header at least.
bool is_stored_handle(std::string_view bytes) noexcept;

/// The stored handle after which an entry of an index directory is named; nothing for any other name.
std::string handle_in_name(std::string_view name);

/// A name that overlayfs gives for a while: `#` and a number in hex (ovl_lookup_temp).
bool is_temporary(std::string_view name) noexcept;

/// Whether a stored handle has something random in it: a UUID, or a generation.
bool is_random_handle(std::string_view bytes) noexcept;

/// Whether these bytes are a UUID as uuid_gen() makes one (version 4): what overlay.uuid holds.
bool is_random_uuid(std::string_view bytes) noexcept;

class handle_renaming {
 public:
  /// Holds two stored handles against each other. Version, magic, length, flags and type must be equal; with a null UUID and
  /// no generation all of it must be (numbers of a squashfs are no secret), else the UUID and what follows are renamed, over the whole scenario.
  std::optional<renaming::contradiction> add(std::string_view left, std::string_view right, int line);

  /// The same for two UUIDs by themselves.
  std::optional<renaming::contradiction> add_uuid(std::string_view left, std::string_view right, int line);

 private:
  renaming uuids_;
  renaming ids_;
};

}  // namespace ovlsim::compare
