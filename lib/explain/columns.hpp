// SPDX-License-Identifier: Apache-2.0
//
// Text on lines of at most 100 columns.
#pragma once

#include <string>
#include <string_view>

namespace ovlsim::explaining {

inline constexpr std::size_t columns = 100;

/// Without bytes that a terminal would act on.
std::string harmless(std::string_view bytes);

/// How many columns the text takes: one a character.
std::size_t columns_of(std::string_view text) noexcept;

/// Not wider than `most`: a cut is shown as `...`.
std::string cut(std::string_view text, std::size_t most);

/// Not wider than `most`: what is left out is in the middle, as paths differ at their ends.
std::string shortened(std::string_view text, std::size_t most);

/// `words` behind `first` on lines of at most `columns`, the second and further ones behind as many blanks as `first` has columns.
/// Words that are wider than a line are cut. Ends with a newline.
std::string folded(std::string_view first, std::string_view words);

}  // namespace ovlsim::explaining
