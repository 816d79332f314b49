// SPDX-License-Identifier: Apache-2.0
//
// The table of names: an append-only run of bytes, the ends of the names in it, and a hash over them (linear probing).
// Every component of every path is looked up here, so most are recognised by one number, without a look at their bytes.
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

constexpr std::size_t short_size = 8;
constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;  // 2^64 by the golden ratio

/// Up to eight bytes as one number, another one for any other name of that size: words at both ends, which may overlap.
std::uint64_t short_word(const char* at, std::size_t size) {
  if (size == 8) return word_at<std::uint64_t>(at);
  if (size >= 4) return word_at<std::uint32_t>(at) << 32 | word_at<std::uint32_t>(at + size - 4);
  if (size >= 2) return word_at<std::uint16_t>(at) << 16 | word_at<std::uint16_t>(at + size - 2);
  return size == 0 ? 0 : word_at<std::uint8_t>(at);
}

/// The bytes themselves of a short name, a hash of a longer one. Differs between machines of other byte order; only the places of
/// names in `slots` depend on it, and nothing shows them.
inline std::uint64_t digest_of(std::string_view text) {
  if (text.size() <= short_size) return short_word(text.data(), text.size());
  std::uint64_t h = 0;
  const auto mix = [&h](std::uint64_t word) {
    h = (h ^ word) * odd;
    h ^= h >> 32;
  };
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left > 8; at += 8, left -= 8) mix(word_at<std::uint64_t>(at));
  mix(short_word(at, left));
  return h;
}

}  // namespace

std::string_view name_table::table::text(name_id id) const {
  const auto i = static_cast<std::size_t>(id);
  const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
  return {bytes.data() + begin, ends[i] - begin};
}

/// The first slot, from the digest's own on, that is free or of which `is` says that it is the wanted one.
template <class Is>
std::size_t name_table::table::first_slot(std::uint64_t digest, const Is& is) const {
  const std::size_t mask = slots.size() - 1;
  const slot* const all = slots.data();
  std::size_t at = (digest * odd) >> 40 & mask;
  while (all[at].id_plus_1 != 0 && !is(all[at])) at = (at + 1) & mask;
  return at;
}

std::size_t name_table::table::slot_of(std::string_view wanted, std::uint64_t digest) const {
  const auto alike = [&](const slot& s) { return s.digest == digest && s.size == wanted.size(); };
  if (wanted.size() <= short_size) return first_slot(digest, alike);
  return first_slot(digest, [&](const slot& s) { return alike(s) && text(name_id{s.id_plus_1 - 1}) == wanted; });
}

void name_table::table::rehash(std::size_t count) {
  slots.assign(count, {});
  for (std::uint32_t id = 0; id < ends.size(); ++id) {
    const std::string_view name = text(name_id{id});
    const std::uint64_t digest = digest_of(name);
    slots[slot_of(name, digest)] = {digest, static_cast<std::uint32_t>(name.size()), id + 1};
  }
}

std::string_view name_table::text(name_id id) const { return held_->text(id); }

std::optional<name_id> name_table::find(std::string_view wanted) const {
  const table& t = *held_;
  if (t.slots.empty()) return std::nullopt;
  const std::uint32_t found = t.slots[t.slot_of(wanted, digest_of(wanted))].id_plus_1;
  if (found == 0) return std::nullopt;
  return name_id{found - 1};
}

name_id name_table::intern(std::string_view wanted) {
  if (const std::optional<name_id> known = find(wanted)) return *known;
  table& t = held_.change();
  if ((t.ends.size() + 1) * 2 > t.slots.size()) t.rehash(t.slots.empty() ? 32 : t.slots.size() * 2);
  t.bytes.insert(t.bytes.end(), wanted.begin(), wanted.end());
  t.ends.push_back(static_cast<std::uint32_t>(t.bytes.size()));
  const auto id = static_cast<std::uint32_t>(t.ends.size() - 1);
  const std::uint64_t digest = digest_of(wanted);
  t.slots[t.slot_of(wanted, digest)] = {digest, static_cast<std::uint32_t>(wanted.size()), id + 1};
  return name_id{id};
}

}  // namespace ovlsim
