// SPDX-License-Identifier: Apache-2.0
//
// `mount OVL [lowerdir=P[,P...]] [datadir=P[,P...]] [upperdir=P workdir=P] [option...]`: the words after the name. And
// `module PARAMETER=on|off...`.
#include "scenario/mount_options.hpp"

#include <array>

#include "scenario/reader.hpp"

namespace ovlsim::scenario_text {
namespace {

/// Gives the option named `key` the value `word`; says what is wrong otherwise.
class option_setter {
 public:
  option_setter(std::string_view key, bool has_value, std::string_view word)
      : key_(key), has_value_(has_value), word_(word) {}

  bool known = false;
  bool twice = false;
  std::string allowed;  ///< not empty: the values that it could have had

  void operator()(std::string_view name, std::optional<bool>& option) {
    set(name, option, std::array{std::pair{"off", false}, std::pair{"on", true}});
  }
  void operator()(std::string_view name, std::optional<redirect_option>& option) {
    using o = redirect_option;
    set(name, option, std::array{named(o::off), named(o::nofollow), named(o::follow), named(o::on)});
  }
  void operator()(std::string_view name, std::optional<xino_option>& option) {
    using o = xino_option;
    set(name, option, std::array{named(o::off), named(o::autom), named(o::on)});
  }
  void operator()(std::string_view name, std::optional<uuid_option>& option) {
    using o = uuid_option;
    set(name, option, std::array{named(o::off), named(o::null), named(o::autom), named(o::on)});
  }
  void operator()(std::string_view name, bool& option) {
    if (name != key_) return;
    known = true;
    twice = option;
    if (has_value_) allowed = "`" + std::string(name) + "` alone, without a value";
    option = true;
  }

 private:
  template <class Value>
  static std::pair<std::string_view, Value> named(Value value) {
    return {ovlsim::name(value), value};
  }

  template <class Value, class Values>
  void set(std::string_view name, std::optional<Value>& option, const Values& values) {
    if (name != key_) return;
    known = true;
    twice = option.has_value();
    for (const auto& [spelling, value] : values) {
      if (has_value_ && word_ == spelling) {
        option = value;
        return;
      }
    }
    for (const auto& [spelling, value] : values) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(key_) + "=" + std::string(spelling);
    }
  }

  std::string_view key_;
  bool has_value_;
  std::string_view word_;
};

std::string one_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : name == names.back() ? " or " : ", ").append(name);
  return text;
}

std::vector<std::string_view> option_names() {
  std::vector<std::string_view> names = {"lowerdir", "datadir", "upperdir", "workdir"};
  mount_options none;
  each_option([&](std::string_view name, const auto&) { names.push_back(name); }, none);
  return names;
}

}  // namespace

void argument_reader::options(cmd::mount& command) {
  while (const token* word = peek()) {
    ++next_;
    one_option(command, *word);
    if (failed_) return;
  }
  // A mount without lowerdir= may be one that has to fail; one without anything is a line that is not finished.
  if (command.options == mount_options()) take("lowerdir=P");
}

void argument_reader::parameters(module_settings& settings) {
  std::vector<std::string_view> names;
  each_parameter([&](std::string_view name, const auto&) { names.push_back(name); }, settings);
  while (const token* word = peek()) {
    ++next_;
    const std::size_t equals = std::min(word->raw.find('='), word->raw.size());
    const std::string_view key = word->raw.substr(0, equals);
    option_setter setter(key, equals != word->raw.size(), word->raw.substr(std::min(equals + 1, word->raw.size())));
    each_parameter(setter, settings);
    if (!setter.known) {
      return fail(word->column, "unknown module parameter " + shown(key), did_you_mean(key, names, one_of(names) + "; the form is: " + spec_.usage));
    }
    if (setter.twice) return fail(word->column, "the parameter " + shown(key) + " is given twice", "it once");
    if (!setter.allowed.empty()) return fail(word->column, "a wrong value for the parameter " + shown(key), setter.allowed);
  }
  if (settings == module_settings()) take("PARAMETER=on|off");
}

void argument_reader::one_option(cmd::mount& command, const token& word) {
  const std::size_t equals = word.raw.find('=');
  const bool has_value = equals != std::string_view::npos;
  const std::string_view key = word.raw.substr(0, equals);
  const token value{has_value ? word.raw.substr(equals + 1) : std::string_view(),
                    word.column + static_cast<int>(has_value ? equals + 1 : word.raw.size()), word.quoted};
  if (key == "lowerdir" || key == "datadir" || key == "upperdir" || key == "workdir") return layer_option(command, word, key, value);

  option_setter setter(key, has_value, value.raw);
  each_option(setter, command.options);
  if (!setter.known) {
    const bool is_path = key.find(':') != std::string_view::npos;
    fail(word.column, "unknown mount option " + shown(key),
         is_path ? "lowerdir=, datadir=, upperdir= or workdir= before a path"
                 : did_you_mean(key, option_names(), "one of overlayfs's options; the form is: " + spec_.usage));
  } else if (setter.twice) {
    fail(word.column, "the option " + shown(key) + " is given twice", "it once");
  } else if (!setter.allowed.empty()) {
    fail(has_value ? value.column : word.column, "a wrong value for the option " + shown(key), setter.allowed);
  }
}

void argument_reader::layer_option(cmd::mount& command, const token& word, std::string_view key, const token& value) {
  mount_options& o = command.options;
  const bool lower = key == "lowerdir" || key == "datadir";
  std::vector<path>& several = key == "lowerdir" ? o.lower : o.data;
  std::optional<path>& single = key == "upperdir" ? o.upper : o.work;
  if (lower ? !several.empty() : single.has_value()) {
    return fail(word.column, "the option " + shown(key) + " is given twice",
                lower ? "one " + std::string(key) + "= with a comma between the layers" : "it once");
  }
  const tokens parts = split_at_commas(value);
  if (!lower && parts.size() > 1) {
    return fail(parts[1].column, "more than one path for " + shown(key), "one path; one with a comma needs quotes");
  }
  if (lower) several.reserve(parts.size());
  for (const token& part : parts) {
    path layer;
    if (!path_in(part, layer, name_use::in_path)) return;
    if (lower) {
      several.push_back(std::move(layer));
    } else {
      single = std::move(layer);
    }
  }
}

}  // namespace ovlsim::scenario_text
