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

/// The name by which the file of a handle goes now.
std::optional<path> name_of(const memory& m, std::string_view handle);

/// What was answered for a name; null for nothing.
const seen_number* seen(const std::vector<seen_number>& list, const std::string& name);

}  // namespace ovlsim::memory_of
