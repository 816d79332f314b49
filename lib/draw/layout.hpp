// SPDX-License-Identifier: Apache-2.0
//
// A scene with places: flat elements of a few shapes, in integer coordinates. The page draws the same elements as to_svg() does.
#pragma once

#include <string>
#include <vector>

#include "ovlsim/draw.hpp"

namespace ovlsim::drawing {

/// What a character takes in the two sizes of the monospaced font, in tenths of a pixel: no common font takes more of 12 and 11 pixels
/// (DejaVu Sans Mono: 0.602 em). What is not ASCII is squeezed into as much by the SVG's textLength.
inline constexpr int big_char = 73;
inline constexpr int small_char = 67;
inline constexpr int title_char = 80;  ///< 13 pixels, bold

struct shape {
  enum class kind : std::uint8_t { box, text };
  kind what = kind::box;
  int x = 0;  ///< within the element; of a text that ends there (`note`), the end
  int y = 0;  ///< of a text its baseline
  int width = 0;   ///< of a text: what it takes, if it is a `note` to the left of `x`
  int height = 0;
  std::string look;  ///< class in picture.css
  std::string text;
  bool operator==(const shape&) const = default;
};

struct element {
  enum class kind : std::uint8_t { panel, row, arrow };
  std::string key;
  kind what = kind::row;
  std::string look;   ///< classes in picture.css
  int x = 0;
  int y = 0;
  std::string words;  ///< for a screen reader, and whoever points at it
  std::vector<shape> shapes;
  std::vector<int> route{};  ///< of an arrow, which has no shapes: see arrow_paths.hpp
  bool changed = false;  ///< by the command: a class more
};

struct layout {
  int width = 0;
  int height = 0;
  std::vector<element> elements;  ///< later ones lie on earlier ones
};

layout lay_out(const scene& picture);

/// How many columns a text may have in so many pixels, and how many pixels so many columns take.
std::size_t columns_in(int width, int tenths) noexcept;
int width_of(std::string_view text, int tenths) noexcept;

/// What to_svg() and the page look like.
std::string_view picture_css() noexcept;

}  // namespace ovlsim::drawing
