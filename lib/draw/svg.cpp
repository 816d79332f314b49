// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "draw/arrow_paths.hpp"
#include "draw/layout.hpp"
#include "draw/markup.hpp"
#include "explain/columns.hpp"

namespace ovlsim {

namespace {

using namespace drawing;

constexpr int page_margin = 16;
constexpr int caption_height = 36;
constexpr int legend_line = 18;

std::string svg_of(const shape& s) {
  switch (s.what) {
    case shape::kind::box:
      return fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", s.look, s.x, s.y, s.width, s.height);
    case shape::kind::text: break;
  }
  const bool is_ascii = std::all_of(s.text.begin(), s.text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const std::string length = is_ascii ? "" : fmt::format(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", s.width);
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\"{}>{}</text>", s.look, s.x, s.y, length, markup(s.text));
}

std::string svg_of(const element& e) {
  std::string svg = fmt::format("<g class=\"{}{}\" transform=\"translate({} {})\">", e.look, e.changed ? " changed" : "", e.x, e.y);
  if (!e.words.empty()) svg += "<title>" + markup(e.words) + "</title>";
  for (const shape& s : e.shapes) svg += svg_of(s);
  if (e.what == element::kind::arrow) {
    const arrow_paths d = paths_along(e.route);
    svg += fmt::format("<path class=\"end\" d=\"{}\"/><path class=\"line\" d=\"{}\"/><path class=\"{}\" d=\"{}\"/>", d.begin, d.line,
                       leads_nowhere(e.route) ? "cross" : "end", d.end);
  }
  return svg + "</g>\n";
}

struct legend_entry {
  std::string_view look;
  std::string_view words;
};
constexpr std::array<legend_entry, 6> legend = {{
    {"origin", "a stored handle, and the inode that it means"},
    {"wrong", "... which is not the file that it was made of"},
    {"dangling", "a stored handle that means no inode"},
    {"ignored", "a stored handle that the overlay does not follow"},
    {"hashed", "an inode of the inode cache, and the real inode that it is hashed by"},
    {"refused", "a name that got the inode of another file by this key, or none"},
}};

std::string legend_at(int y) {
  std::string svg;
  for (const legend_entry& e : legend) {
    const bool dangles = e.look == "dangling";
    svg += fmt::format("<g class=\"arrow {}\"><path class=\"line\" d=\"M{} {}h{}\"/><path class=\"{}\" d=\"M{} {}\"/></g>", e.look, page_margin, y,
                       dangles ? 20 : 34, dangles ? "cross" : "end", page_margin + (dangles ? 16 : 34),
                       dangles ? fmt::format("{}l8 8m0 -8l-8 8", y - 4) : fmt::format("{}l-8 -4v8z", y));
    svg += fmt::format("<text class=\"legend\" x=\"{}\" y=\"{}\">{}</text>\n", page_margin + 44, y + 4, e.words);
    y += legend_line;
  }
  return svg + fmt::format("<text class=\"legend\" x=\"{}\" y=\"{}\">#1 gen 0: inode number and generation. What the last command changed is "
                           "highlighted.</text>\n",
                           page_margin, y + 4);
}

}  // namespace

std::string to_svg(const scene& picture) {
  const layout l = lay_out(picture);
  constexpr int narrowest = 640;  // for the legend
  const int width = std::max(l.width, narrowest);
  const int height = l.height + caption_height + legend_line * static_cast<int>(legend.size() + 2);
  std::string svg = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ovl\" width=\"{0}\" "
                                "height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"title\">\n",
                                width, height);
  const std::string title = "After " + picture.title;
  svg += "<title id=\"title\">" + markup(title) + "</title>\n<style>\n" + std::string(picture_css()) + "</style>\n";
  svg += fmt::format("<rect class=\"paper\" x=\"0\" y=\"0\" width=\"{}\" height=\"{}\"/>\n", width, height);
  svg += fmt::format("<text class=\"title\" x=\"{}\" y=\"24\">{}</text>\n", page_margin,
                     markup(explaining::cut(title, columns_in(width - 2 * page_margin, title_char))));
  svg += fmt::format("<g transform=\"translate(0 {})\">\n", caption_height);
  for (const element& e : l.elements) svg += svg_of(e);
  svg += "</g>\n" + legend_at(l.height + caption_height + legend_line / 2);
  return svg + "</svg>\n";
}

}  // namespace ovlsim
