// SPDX-License-Identifier: Apache-2.0
//
// Answers read back from JSON: recorded runs, and the messages of the live worker. Members that are not known are
// ignored, so that records of later releases can be read.
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "ovlsim/render.hpp"
#include "scenario/values.hpp"
#include "text/utf8.hpp"

namespace ovlsim {
namespace {

using nlohmann::json;

/// Reads members of one object; the first thing that is wrong is kept in `error`.
class member_reader {
 public:
  member_reader(const json& object, std::string& error) : object_(object), error_(error) {}

  bool has(const char* name) const { return object_.contains(name); }

  /// The member, or null (and an error) when it is not there or `good` says that it is of another kind.
  template <class Good>
  const json* get(const char* name, Good good, const char* kind) {
    const auto member = object_.find(name);
    if (member != object_.end() && good(*member)) return &*member;
    fail(std::string("expected the member `") + name + "`, " + kind);
    return nullptr;
  }
  std::string string(const char* name) {
    const json* member = get(name, [](const json& j) { return j.is_string(); }, "a string");
    return member == nullptr ? "" : *member->get_ptr<const std::string*>();
  }
  std::uint64_t number(const char* name, std::uint64_t highest = std::numeric_limits<std::uint64_t>::max()) {
    const auto good = [&](const json& j) { return j.is_number_unsigned() && j.get<std::uint64_t>() <= highest; };
    const json* member = get(name, good, "a number that is not negative");
    return member == nullptr ? 0 : member->get<std::uint64_t>();
  }
  const json* list(const char* name) {
    return get(name, [](const json& j) { return j.is_array(); }, "a list");
  }
  std::string bytes(const char* name) { return decoded(string(name)); }
  std::vector<std::string> strings(const char* name) {
    std::vector<std::string> result;
    const json* items = list(name);
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      const auto* item = (*items)[i].get_ptr<const std::string*>();
      if (item == nullptr) {
        fail(std::string("expected strings in `") + name + "`");
        break;
      }
      result.push_back(decoded(*item));
    }
    return result;
  }
  template <class Enum>
  Enum named(const char* name, std::initializer_list<Enum> values) {
    const std::string word = string(name);
    for (const Enum value : values) {
      if (ovlsim::name(value) == word) return value;
    }
    fail("unknown " + std::string(name) + " `" + word + "`");
    return *values.begin();
  }
  void fail(std::string reason) {
    if (error_.empty()) error_ = std::move(reason);
  }

 private:
  static std::string decoded(std::string text) {
    text::from_hex(text, text);
    return text;
  }

  const json& object_;
  std::string& error_;
};

answer::stat read_stat(member_reader& from) {
  using t = file_type;
  answer::stat s;
  s.type = from.named("type", {t::file, t::dir, t::symlink, t::chr, t::block, t::fifo, t::socket});
  if (!scenario_text::parse_mode(from.string("mode"), s.mode)) from.fail("expected an octal number in `mode`");
  s.nlink = static_cast<std::uint32_t>(from.number("nlink", std::numeric_limits<std::uint32_t>::max()));
  if (s.type != file_type::dir) s.size = from.number("size");
  s.ino = from.number("ino");
  s.dev = from.number("dev");
  return s;
}

answer::entries read_entries(member_reader& from, std::string& error) {
  using t = entry_type;
  answer::entries result;
  const json* items = from.list("entries");
  for (std::size_t i = 0; items != nullptr && i < items->size() && error.empty(); ++i) {
    if (!(*items)[i].is_object()) {
      from.fail("expected objects in `entries`");
      break;
    }
    member_reader entry((*items)[i], error);
    result.by_name.push_back(
        {entry.bytes("name"), entry.named("type", {t::file, t::dir, t::symlink, t::other}), entry.number("ino")});
  }
  return result;
}

answer_fields read_fields(member_reader& from, std::string& error) {
  if (from.has("type")) return read_stat(from);
  if (from.has("data")) return answer::data{from.bytes("data")};
  if (from.has("target")) return answer::target{from.bytes("target")};
  if (from.has("entries")) return read_entries(from, error);
  if (from.has("value")) return answer::value{from.bytes("value")};
  if (from.has("names")) return answer::names{from.strings("names")};
  return std::monostate();
}

errc read_status(member_reader& from) {
  const std::string word = from.string("status");
  // name() says "errno" of a number that it does not know; any such number will do.
  if (word == "errno") return static_cast<errc>(0xffff);
  const std::optional<errc> status = errc_named(word);
  if (!status) from.fail("unknown status `" + word + "`");
  return status.value_or(errc::ok);
}

}  // namespace

answered answered_from_json(std::string_view text, std::string& error) {
  error.clear();
  answered a;
  const json object = json::parse(text.begin(), text.end(), nullptr, false);
  if (!object.is_object()) {
    error = "expected a JSON object";
    return a;
  }
  member_reader from(object, error);
  a.line = static_cast<int>(from.number("line", std::numeric_limits<int>::max()));
  a.verb = from.string("verb");
  a.result.status = read_status(from);
  if (error.empty() && a.result.status == errc::ok) a.result.fields = read_fields(from, error);
  if (from.has("options")) a.result.options = from.bytes("options");
  if (from.has("log")) a.result.log = from.strings("log");
  return a;
}

}  // namespace ovlsim
