// SPDX-License-Identifier: Apache-2.0
//
// Columns of equal width with gutters between them. Panels grow downwards, and a row is one line but for what a handle means, which is
// folded.
#include "draw/layout.hpp"

#include <algorithm>
#include <map>

#include "draw/routes.hpp"
#include "explain/columns.hpp"

namespace ovlsim::drawing {

namespace {

using explaining::columns_of;
using explaining::cut;
using explaining::shortened;

constexpr int padding = 10;
constexpr int row_height = 20;
constexpr int detail_height = 16;
constexpr int heading_height = 24;
constexpr int widest_indent = 14;
constexpr int narrowest_indent = 4;
constexpr int all_indents = 112;  ///< of a panel's deepest row, so that there is room for its words
constexpr int between_panels = 16;
constexpr int title_at = 18;
constexpr int subtitle_at = 34;
constexpr int about_at = 49;
constexpr int header_height = 58;
constexpr int absent_height = 44;
constexpr int foot = 8;
constexpr int gap = 8;  ///< between words and a number beside them
constexpr std::size_t most_lines = 3;

bool is_small(scene_row::kind what) { return what != scene_row::kind::name && what != scene_row::kind::inode; }

/// On lines of so many columns, three at most.
std::vector<std::string> wrapped(const std::string& words, std::size_t columns) {
  std::vector<std::string> lines(1);
  std::string_view left = words;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(' '), left.size());
    const std::string word = shortened(left.substr(0, end), columns);
    const bool fits = columns_of(lines.back()) + columns_of(word) + (lines.back().empty() ? 0 : 1) <= columns;
    if (!fits && lines.size() == most_lines) {
      lines.back() = cut(lines.back() + " " + std::string(left), columns);
      break;
    }
    if (!fits) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return lines;
}

shape text_at(int x, int y, const char* look, std::string text, int tenths) {
  const int width = width_of(text, tenths);
  return {shape::kind::text, x, y, width, 0, look, std::move(text)};
}

class panel_layout {
 public:
  panel_layout(layout& out, routes& arrows) : out_(out), arrows_(arrows) {}

  void add(const scene_panel& p) {
    const int x = column_x(p.column);
    int& next = next_[p.column];
    if (next == 0) next = first_panel_y;
    const std::size_t frame = out_.elements.size();
    element head = {p.key, element::kind::panel, look_of(p), x, next, words_of(p), {}};
    head.changed = p.changed;
    head.shapes.push_back({shape::kind::box, 0, 0, column_width, 0, "frame", {}});
    header(p, head);
    out_.elements.push_back(std::move(head));
    int y = next + (p.is_absent ? absent_height : header_height);
    const int indent = indent_of(p);
    for (const scene_row& r : p.rows) y += row(r, p.column, indent, x, y);
    if (!p.is_absent) y += foot;
    out_.elements[frame].shapes[0].height = y - next;
    next = y + between_panels;
    out_.height = std::max(out_.height, y + margin);
    out_.width = std::max(out_.width, x + column_width + margin);
  }

 private:
  static std::string look_of(const scene_panel& p) {
    return "panel " + std::string(name(p.what)) + (p.is_absent ? " absent" : "");
  }
  static std::string words_of(const scene_panel& p) {
    return p.title + ": " + p.subtitle + (p.about.empty() ? "" : "; " + p.about);
  }

  /// Of each level below another: less in a deep tree, whose levels are to be seen all the same.
  static int indent_of(const scene_panel& p) {
    std::uint32_t deepest = 1;
    for (const scene_row& r : p.rows) deepest = std::max(deepest, r.depth);
    return std::clamp(all_indents / static_cast<int>(deepest), narrowest_indent, widest_indent);
  }

  static void header(const scene_panel& p, element& head) {
    const int inner = column_width - 2 * padding;
    if (!p.is_absent) head.shapes.push_back({shape::kind::box, 0, 0, column_width, header_height - 4, "head", {}});
    const auto line = [&](int y, int tenths, const char* look, const std::string& text) {
      if (text.empty()) return;
      head.shapes.push_back(text_at(padding, y, look, shortened(text, columns_in(inner, tenths)), tenths));
    };
    line(title_at, title_char, "title", p.title);
    line(subtitle_at, small_char, "about", p.subtitle);
    line(about_at, small_char, "about", p.about);
  }

  int row(const scene_row& r, std::uint32_t column, int indent, int x, int y) {
    const bool small = is_small(r.what);
    const int from = padding + std::min(static_cast<int>(std::min<std::uint32_t>(r.depth, all_indents)) * indent, all_indents);
    const int inner = column_width - padding - from;
    const int base = r.what == scene_row::kind::heading ? 17 : small ? 12 : 14;
    element e = {r.key, element::kind::row, "row " + std::string(name(r.what)) + (r.is_muted ? " muted" : ""),
                 x,     y,                  r.words.empty() ? r.text + (r.note.empty() ? "" : " " + r.note) : r.words, {}};
    e.changed = r.changed;
    e.shapes.push_back({shape::kind::box, 1, 0, column_width - 2, 0, "back", {}});
    const int lines = !small ? name_lines(r, e, from, inner, base) : r.note.empty() ? detail_lines(r, e, from, inner, base) : detail_line(r, e, from, inner, base);
    const int height = r.what == scene_row::kind::heading ? heading_height : (small ? 0 : row_height - detail_height) + detail_height * lines;
    e.shapes[0].height = height;
    arrows_.place(r.key, column, y + base - 4);
    out_.elements.push_back(std::move(e));
    return height;
  }

  // Each adds the texts of a row, and says how many lines they take.

  static int detail_lines(const scene_row& r, element& e, int from, int inner, int base) {
    int lines = 0;
    for (std::string& line : wrapped(r.text, columns_in(inner, small_char))) {
      e.shapes.push_back(text_at(from, base + lines++ * detail_height, "words", std::move(line), small_char));
    }
    return lines;
  }

  /// Its words do not give way to its number, which is said elsewhere.
  static int detail_line(const scene_row& r, element& e, int from, int inner, int base) {
    const std::string words = shortened(r.text, columns_in(inner, small_char));
    const int left = inner - width_of(words, small_char) - gap;
    e.shapes.push_back(text_at(from, base, "words", words, small_char));
    if (left >= width_of(r.note, small_char)) e.shapes.push_back(text_at(from + inner, base, "note", r.note, small_char));
    return 1;
  }

  /// Where a name has no room beside its number, that is below it.
  static int name_lines(const scene_row& r, element& e, int from, int inner, int base) {
    const std::string note = cut(r.note, columns_in(inner, small_char));
    const bool fits = note.empty() || width_of(r.text, big_char) + gap + width_of(note, small_char) <= inner;
    e.shapes.push_back(text_at(from, base, "words", shortened(r.text, columns_in(inner, big_char)), big_char));
    if (!note.empty()) e.shapes.push_back(text_at(from + inner, base + (fits ? 0 : detail_height), "note", note, small_char));
    return fits ? 1 : 2;
  }

  layout& out_;
  routes& arrows_;
  std::map<std::uint32_t, int> next_;
};

}  // namespace

std::size_t columns_in(int width, int tenths) noexcept { return width <= 0 ? 0 : static_cast<std::size_t>(width * 10 / tenths); }

int width_of(std::string_view text, int tenths) noexcept { return (static_cast<int>(columns_of(text)) * tenths + 9) / 10; }

layout lay_out(const scene& picture) {
  layout out;
  routes arrows;
  panel_layout panels(out, arrows);
  for (const scene_panel& p : picture.panels) panels.add(p);
  for (element& e : arrows.drawn(picture.arrows)) out.elements.push_back(std::move(e));
  out.width = std::max(out.width, arrows.right_end(picture.arrows));
  return out;
}

}  // namespace ovlsim::drawing
