// SPDX-License-Identifier: Apache-2.0
//
// Which names of an overlay are one file, by what the story says: names that are one file in a lower layer, or that the user has linked.
// What the overlay's caches and index say is what is to be judged by it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "properties/layers.hpp"
#include "properties/memory.hpp"
#include "properties/view.hpp"

namespace ovlsim::memory_of {

/// The part of a key below the overlay's root: `/d/A`.
std::string rest_of(const view::place& at, const std::string& key);

/// Where the lower layers have what a name of no upper is; nothing where nobody knows, or below a directory that was made.
std::optional<std::string> lower_path(const memory& m, const view::place& at, const std::string& key);

/// The keys by which the overlay shows a file of a lower layer, where nothing covers them.
std::vector<std::string> names_of_lower(const memory& m, const world& w, const view::place& at, const view::lower_file& f);

/// The directory in which an overlay keeps its index.
std::string index_of(const world& w, const overlay::mounted& o);

/// A name of a lower file is about to be copied up: with an index all its names are one file from here on. What they are linked by; 0 when
/// there is no other.
std::uint32_t join_lower_links(memory& m, const world& w, const view::place& at, const std::string& key);
/// What the user has linked in the upper while nothing was mounted, and is known of one name.
std::uint32_t join_upper_links(memory& m, const world& w, const view::place& at, const std::string& key);
std::uint32_t new_link(const memory& m);
/// `name` is one more name of what is known of `key`.
void add_link(memory& m, const std::string& key, const std::string& name);

/// Two cached names of one overlay are one file, or may be for all that the story says.
bool are_links(const memory& m, const world& w, const view::place& at, const view::cached_name& a, const view::cached_name& b);

}  // namespace ovlsim::memory_of
