// SPDX-License-Identifier: Apache-2.0
//
// For Graphviz: a panel is a node with a table for its label, a row a cell with a port.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "draw/layout.hpp"
#include "draw/markup.hpp"
#include "explain/columns.hpp"

namespace ovlsim {

namespace {

/// A string between quotes.
std::string quoted(std::string_view text) {
  std::string escaped = "\"";
  for (const char c : explaining::harmless(text)) escaped += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return escaped + "\"";
}

std::string_view color_of(scene_arrow::kind what) {
  switch (what) {
    case scene_arrow::kind::origin: return "color=\"#1a7f37\"";
    case scene_arrow::kind::wrong: return "color=\"#cf222e\", penwidth=2";
    case scene_arrow::kind::ignored: return "color=\"#768390\", style=dashed";
    case scene_arrow::kind::dangling: return "color=\"#cf222e\", penwidth=2, arrowhead=tee";
    case scene_arrow::kind::refused: return "color=\"#cf222e\", style=dashed, penwidth=2";
    case scene_arrow::kind::hashed: break;
  }
  return "color=\"#6e5fc4\"";
}

std::string font_of(const scene_row& r) {
  if (r.what == scene_row::kind::bad) return "<font color=\"#a40e26\">";
  if (r.what == scene_row::kind::good) return "<font color=\"#116329\">";
  const bool quiet = r.is_muted || r.what == scene_row::kind::detail || r.what == scene_row::kind::neutral || r.what == scene_row::kind::heading;
  return quiet ? "<font color=\"#57606a\">" : "<font color=\"#1f2328\">";
}

}  // namespace

std::string to_dot(const scene& picture) {
  std::string dot = "digraph world {\n  rankdir=LR;\n  node [shape=plain, fontname=\"DejaVu Sans Mono\", fontsize=10];\n  label=" +
                    quoted("After " + picture.title) + ";\n  labelloc=t;\n";
  std::map<std::string, std::string> ports;
  std::uint32_t columns = 0;
  for (std::size_t p = 0; p < picture.panels.size(); ++p) {
    const scene_panel& panel = picture.panels[p];
    columns = std::max(columns, panel.column + 1);
    dot += fmt::format("  p{} [label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\"{}><tr><td align=\"left\" colspan=\"2\" bgcolor=\"{}\"><b>{}</b> {}{}</td></tr>", p,
                       panel.is_absent ? " style=\"dashed\"" : "", panel.changed ? "#ffe9a8" : "#eef1f4", drawing::markup(panel.title), drawing::markup(panel.subtitle),
                       panel.about.empty() ? "" : "<br align=\"left\"/>" + drawing::markup(panel.about) + "<br align=\"left\"/>");
    for (std::size_t r = 0; r < panel.rows.size(); ++r) {
      const scene_row& row = panel.rows[r];
      const std::string color = row.changed ? " bgcolor=\"#ffe9a8\"" : "";
      dot += fmt::format("\n    <tr><td port=\"l{}\" align=\"left\"{}>{}{}{}</font></td><td port=\"r{}\" align=\"right\"{}>{}</td></tr>", r, color,
                         font_of(row), std::string(row.depth * 2, ' '), drawing::markup(row.text), r, color, drawing::markup(row.note));
      ports[row.key] = fmt::format("p{}:{}{}", p, "{}", r);
    }
    dot += "</table>>];\n";
  }
  // Invisible edges keep the columns in their order.
  std::vector<std::size_t> first(columns, picture.panels.size());
  for (std::size_t p = picture.panels.size(); p-- > 0;) first[picture.panels[p].column] = p;
  for (std::uint32_t c = 0; c < columns; ++c) {
    dot += "  { rank=same;";
    for (std::size_t p = 0; p < picture.panels.size(); ++p) dot += picture.panels[p].column == c ? fmt::format(" p{};", p) : "";
    dot += " }\n";
    if (c > 0 && first[c] < picture.panels.size() && first[c - 1] < picture.panels.size()) {
      dot += fmt::format("  p{} -> p{} [style=invis];\n", first[c - 1], first[c]);
    }
  }
  const auto port = [&](const std::string& key, char side) {
    const auto it = ports.find(key);
    return it == ports.end() ? std::string() : fmt::format(fmt::runtime(it->second), side);
  };
  std::size_t nowhere = 0;
  for (const scene_arrow& a : picture.arrows) {
    const std::string from = port(a.from, 'r');
    std::string to = port(a.to, 'l');
    if (from.empty()) continue;
    if (a.what == scene_arrow::kind::dangling) {
      to = fmt::format("none{}", nowhere++);
      dot += fmt::format("  {} [shape=point, width=0.05, color=\"#cf222e\"];\n", to);
    }
    if (!to.empty()) dot += fmt::format("  {} -> {} [constraint=false, {}, tooltip={}];\n", from, to, color_of(a.what), quoted(a.words));
  }
  return dot + "}\n";
}

}  // namespace ovlsim
