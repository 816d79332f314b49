// SPDX-License-Identifier: Apache-2.0
//
// Answers as text: one field as an expectation writes it, and a whole answer in a line.
#include <algorithm>

#include "ovlsim/render.hpp"
#include "render/fields.hpp"
#include "scenario/fields.hpp"
#include "scenario/lexer.hpp"
#include "scenario/values.hpp"
#include "text/utf8.hpp"

namespace ovlsim {
namespace render {

std::string shown_data(std::string_view bytes) {
  return text::is_printable(bytes, "\n\t") ? std::string(bytes) : text::to_hex(bytes);
}

std::string shown_value(std::string_view bytes) {
  return text::is_printable(bytes) ? std::string(bytes) : text::to_hex(bytes);
}

std::string shown_name(std::string_view bytes) {
  return text::is_utf8(bytes) ? std::string(bytes) : text::to_hex(bytes);
}

namespace {

/// No bytes are their own digits.
std::string told(std::string_view bytes, std::string shown) { return shown == bytes ? scenario_text::quoted(bytes) : shown; }

}  // namespace

std::string told_data(std::string_view bytes) { return told(bytes, shown_data(bytes)); }
std::string told_value(std::string_view bytes) { return told(bytes, shown_value(bytes)); }
std::string told_name(std::string_view bytes) { return scenario_text::word(bytes); }

std::optional<std::string> told_field(const outcome& o, std::string_view name) {
  const std::optional<std::string> value = field(o, name);
  if (!value) return std::nullopt;
  if (const auto* d = std::get_if<answer::data>(&o.fields)) return told_data(d->bytes);
  if (const auto* v = std::get_if<answer::value>(&o.fields)) return told_value(v->bytes);
  if (const auto* t = std::get_if<answer::target>(&o.fields)) return told(t->text, shown_name(t->text));
  return scenario_text::word(*value);
}

}  // namespace render

namespace {

/// The fields of an answer by name; std::visit picks the kind.
struct field_of {
  std::string_view name;

  using result = std::optional<std::string>;

  result operator()(const std::monostate&) const { return std::nullopt; }
  result operator()(const answer::stat& s) const {
    if (name == "type") return std::string(ovlsim::name(s.type));
    if (name == "mode") return scenario_text::print_mode(s.mode);
    if (name == "nlink") return std::to_string(s.nlink);
    if (name == "size" && s.type != file_type::dir) return std::to_string(s.size);
    if (name == "ino") return std::to_string(s.ino);
    if (name == "dev") return std::to_string(s.dev);
    return std::nullopt;
  }
  result operator()(const answer::data& d) const { return only("data", render::shown_data(d.bytes)); }
  result operator()(const answer::target& t) const { return only("target", render::shown_name(t.text)); }
  result operator()(const answer::value& v) const { return only("value", render::shown_value(v.bytes)); }
  result operator()(const answer::names& n) const { return only("names", scenario_text::join_names(n.sorted)); }
  result operator()(const answer::entries& e) const {
    std::vector<std::string> names;
    for (const answer::entry& one : e.by_name) names.push_back(one.name);
    return only("entries", scenario_text::join_names(std::move(names)));
  }

 private:
  result only(std::string_view its_name, std::string value) const {
    return name == its_name ? result(std::move(value)) : std::nullopt;
  }
};

/// `A:file:12 b:dir:13`: more than expectations can say, for the eyes.
std::string entries_in_text(const answer::entries& entries) {
  std::string line = "entries=[";
  for (const answer::entry& one : entries.by_name) {
    if (&one != &entries.by_name.front()) line += ' ';
    line += scenario_text::word(one.name) + ":" + std::string(name(one.type)) + ":" + std::to_string(one.ino);
  }
  return line + "]";
}

}  // namespace

std::optional<std::string> field(const outcome& o, std::string_view name) {
  if (o.status != errc::ok) return std::nullopt;
  return std::visit(field_of{name}, o.fields);
}

std::string to_text(const outcome& o) {
  std::string line(name(o.status));
  if (const auto* entries = std::get_if<answer::entries>(&o.fields); entries != nullptr && o.status == errc::ok) {
    return line + "  " + entries_in_text(*entries);
  }
  if (o.options && !o.options->empty()) line += "  options=" + *o.options;
  std::string_view before = "  ";
  for (const std::string_view name : scenario_text::all_fields()) {
    const std::optional<std::string> value = render::told_field(o, name);
    if (!value) continue;
    line.append(before).append(name).append("=").append(*value);
    before = " ";
  }
  return line;
}

}  // namespace ovlsim
