// SPDX-License-Identifier: Apache-2.0
//
// Answers as JSON. Written by hand: the order of the members and the one line are the contract's, and a run of many
// commands should not build a tree for each.
#include "ovlsim/render.hpp"
#include "render/fields.hpp"
#include "scenario/values.hpp"
#include "text/utf8.hpp"

namespace ovlsim {
namespace {

/// Appends `text`, any bytes, as a JSON string; what is not UTF-8 becomes U+FFFD.
void append_string(std::string& json, std::string_view bytes) {
  json += '"';
  for (std::size_t i = 0; i < bytes.size();) {
    const char c = bytes[i];
    const std::size_t length = text::utf8_length(bytes, i);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (c == '\n' || c == '\t' || c == '\r') {
      json += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
    } else if (text::is_control(c)) {
      json += "\\u00" + text::to_hex({&c, 1}).substr(2);
    } else if (length == 0) {
      json += "\xef\xbf\xbd";
    } else {
      json += bytes.substr(i, length);
    }
    i += length == 0 ? 1 : length;
  }
  json += '"';
}

/// Writes the members of one answer. With `exact`, text that begins with `0x` is shown in hexadecimal as well, so that
/// whoever reads it can tell it from bytes.
class member_writer {
 public:
  member_writer(std::string& json, bool exact) : json_(json), exact_(exact) {}

  void key(std::string_view name) {
    json_ += json_.back() == '{' ? "\"" : ",\"";
    json_.append(name).append("\":");
  }
  void number(std::string_view name, std::uint64_t value) {
    key(name);
    json_ += std::to_string(value);
  }
  void string(std::string_view name, std::string_view value) {
    key(name);
    append_string(json_, value);
  }
  std::string shown(std::string_view bytes, std::string text) const {
    const bool ambiguous = exact_ && bytes.substr(0, 2) == "0x";
    return ambiguous ? text::to_hex(bytes) : std::move(text);
  }
  template <class Items, class Write>
  void list(std::string_view name, const Items& items, Write write) {
    key(name);
    json_ += '[';
    for (const auto& item : items) {
      if (&item != &items.front()) json_ += ',';
      write(item);
    }
    json_ += ']';
  }
  void name_list(std::string_view name, const std::vector<std::string>& names) {
    list(name, names, [&](const std::string& one) { append_string(json_, shown(one, render::shown_name(one))); });
  }

  void operator()(const std::monostate&) {}
  void operator()(const answer::stat& s) {
    string("type", name(s.type));
    string("mode", scenario_text::print_mode(s.mode));
    number("nlink", s.nlink);
    if (s.type != file_type::dir) number("size", s.size);
    number("ino", s.ino);
    number("dev", s.dev);
  }
  void operator()(const answer::data& d) { string("data", shown(d.bytes, render::shown_data(d.bytes))); }
  void operator()(const answer::target& t) { string("target", shown(t.text, render::shown_name(t.text))); }
  void operator()(const answer::value& v) { string("value", shown(v.bytes, render::shown_value(v.bytes))); }
  void operator()(const answer::names& n) { name_list("names", n.sorted); }
  void operator()(const answer::entries& e) {
    list("entries", e.by_name, [&](const answer::entry& one) {
      json_ += '{';
      string("name", shown(one.name, render::shown_name(one.name)));
      string("type", name(one.type));
      number("ino", one.ino);
      json_ += '}';
    });
  }

 private:
  std::string& json_;
  bool exact_;
};

}  // namespace

std::string to_json(const answered& a, json_bytes bytes) {
  std::string json = "{";
  member_writer write(json, bytes == json_bytes::exact);
  write.key("line");
  json += std::to_string(a.line);
  write.string("verb", a.verb);
  write.string("status", name(a.result.status));
  if (a.result.status == errc::ok) std::visit(write, a.result.fields);
  const bool with_options = bytes != json_bytes::readable;
  if (with_options && a.result.options) write.string("options", write.shown(*a.result.options, render::shown_name(*a.result.options)));
  write.name_list("log", a.result.log);
  return json + "}";
}

std::string to_json(const answered& a) { return to_json(a, json_bytes::readable); }

}  // namespace ovlsim
