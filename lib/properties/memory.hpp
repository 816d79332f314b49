// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ovlsim/property.hpp"
#include "properties/view.hpp"

namespace ovlsim::memory_of {

/// What a name should read.
struct expected_content {
  std::optional<std::string> data{};  ///< nothing: no regular file, or nothing at all
  std::string lower{};                ///< not empty: it is what the lower layers have at that path
  std::uint32_t link = 0;
};
expected_content expected(const memory& m, const world& w, const std::string& name);

/// What is known of a file handle; null for nothing.
const known_handle* taken(const memory& m, std::string_view handle);

/// `m:/A` as a path.
path path_of(const std::string& name);

/// What was answered for a name; null for nothing.
const seen_number* seen(const std::vector<seen_number>& list, const std::string& name);

}  // namespace ovlsim::memory_of
