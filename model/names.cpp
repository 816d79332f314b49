// SPDX-License-Identifier: Apache-2.0
//
// The table of names: an append-only run of bytes, the ends of the names in it, and a hash over them (linear probing).
// Every component of every path is looked up here, so the hash takes a name eight bytes at a time.
#include "ovlsim/names.hpp"

#include <cstring>

namespace ovlsim {

namespace {

template <class Word>
std::uint64_t word_at(const char* at) {
  Word w;
  std::memcpy(&w, at, sizeof(w));
  return w;
}

/// Fewer than eight bytes as one number: the words at both ends overlap.
std::uint64_t short_word(const char* at, std::size_t size) {
  if (size >= 4) return word_at<std::uint32_t>(at) << 32 | word_at<std::uint32_t>(at + size - 4);
  if (size >= 2) return word_at<std::uint16_t>(at) << 16 | word_at<std::uint16_t>(at + size - 2);
  return size == 0 ? 0 : word_at<std::uint8_t>(at);
}

/// Differs between machines of other byte order; only the places of names in `slots_` depend on it, and nothing shows
/// them.
std::size_t hash(std::string_view text) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;  // 2^64 by the golden ratio
  std::uint64_t h = text.size();
  const auto mix = [&h](std::uint64_t word) {
    h = (h ^ word) * odd;
    h ^= h >> 32;
  };
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) mix(word_at<std::uint64_t>(at));
  mix(short_word(at, left));
  return static_cast<std::size_t>(h);
}

}  // namespace

std::string_view name_table::text(name_id id) const {
  const auto i = static_cast<std::size_t>(id);
  const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
  return {bytes_.data() + begin, ends_[i] - begin};
}

std::size_t name_table::slot_of(std::string_view text_wanted) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash(text_wanted) & mask;
  while (slots_[at] != 0 && text(name_id{slots_[at] - 1}) != text_wanted) at = (at + 1) & mask;
  return at;
}

std::optional<name_id> name_table::find(std::string_view text_wanted) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t found = slots_[slot_of(text_wanted)];
  if (found == 0) return std::nullopt;
  return name_id{found - 1};
}

name_id name_table::intern(std::string_view text_wanted) {
  if ((ends_.size() + 1) * 2 > slots_.size()) rehash(slots_.empty() ? 64 : slots_.size() * 2);
  const std::size_t at = slot_of(text_wanted);
  if (slots_[at] != 0) return name_id{slots_[at] - 1};
  bytes_.insert(bytes_.end(), text_wanted.begin(), text_wanted.end());
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  slots_[at] = static_cast<std::uint32_t>(ends_.size());
  return name_id{slots_[at] - 1};
}

void name_table::rehash(std::size_t slots) {
  slots_.assign(slots, 0);
  for (std::uint32_t id = 0; id < ends_.size(); ++id) slots_[slot_of(text(name_id{id}))] = id + 1;
}

}  // namespace ovlsim
