// SPDX-License-Identifier: Apache-2.0
#include "live/wire.hpp"

#include <array>
#include <boost/pfr/core.hpp>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace ovlsim::live::wire {
namespace {

template <class>
constexpr bool is_variant = false;
template <class... T>
constexpr bool is_variant<std::variant<T...>> = true;
template <class>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

/// Written as they lie in memory: one byte of it or several, all of them part of the value.
template <class T>
concept plain = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::same_as<T, uuid>;

// The kinds of values that there are, each once in either direction; a struct is its members in order.

struct writer {
  std::string out;

  template <plain T>
  void put(const T& value) {
    std::array<char, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    out.append(bytes.data(), bytes.size());
  }
  void put(const std::string& text) {
    put(text.size());
    out += text;
  }
  template <class T>
    requires(!plain<T>)
  void put(const T& value) {
    if constexpr (is_vector<T>) {
      put(value.size());
      for (const auto& element : value) put(element);
    } else if constexpr (is_optional<T>) {
      put(value.has_value());
      if (value) put(*value);
    } else if constexpr (is_variant<T>) {
      put(value.index());
      std::visit([this](const auto& alternative) { this->put(alternative); }, value);
    } else if constexpr (!std::is_empty_v<T>) {
      boost::pfr::for_each_field(value, [this](const auto& member) { this->put(member); });
    }
  }
};

struct reader {
  std::string_view in;
  bool good = true;

  template <plain T>
  void get(T& value) {
    if (in.size() < sizeof value) {
      good = false;
      return;
    }
    std::memcpy(&value, in.data(), sizeof value);
    in.remove_prefix(sizeof value);
  }
  /// A count of things of which each takes a byte at least.
  std::size_t count() {
    std::size_t n = 0;
    get(n);
    good = good && n <= in.size();
    return good ? n : 0;
  }
  void get(std::string& text) {
    const std::size_t size = count();
    text = in.substr(0, size);
    in.remove_prefix(size);
  }
  template <class T>
    requires(!plain<T>)
  void get(T& value) {
    if constexpr (is_vector<T>) {
      value.resize(count());
      for (auto& element : value) get(element);
    } else if constexpr (is_optional<T>) {
      bool has = false;
      get(has);
      if (has) get(value.emplace());
    } else if constexpr (is_variant<T>) {
      std::size_t index = 0;
      get(index);
      alternative(value, index, std::make_index_sequence<std::variant_size_v<T>>{});
    } else if constexpr (!std::is_empty_v<T>) {
      boost::pfr::for_each_field(value, [this](auto& member) { this->get(member); });
    }
  }
  template <class T, std::size_t... I>
  void alternative(T& value, std::size_t index, std::index_sequence<I...>) {
    good = good && index < sizeof...(I);
    static_cast<void>(((I == index ? (get(value.template emplace<I>()), true) : false) || ...));
  }
};

template <class T>
bool read_whole(std::string_view bytes, T& value) {
  reader r{bytes};
  r.get(value);
  return r.good && r.in.empty();
}

}  // namespace

std::string pack(const batch& b) {
  writer w;
  w.put(b);
  return std::move(w.out);
}
bool unpack(std::string_view bytes, batch& b) {
  return read_whole(bytes, b) && b.wanted_log.size() == b.commands.size();
}

std::string pack(const outcome& o) {
  writer w;
  w.put(o);
  return std::move(w.out);
}
bool unpack(std::string_view bytes, outcome& o) { return read_whole(bytes, o); }

}  // namespace ovlsim::live::wire
