// SPDX-License-Identifier: Apache-2.0
//
// MD4 (RFC 1320) with eight steps a round instead of sixteen, over blocks of 32 bytes of the name.
#include "backing/ext4_hash.hpp"

#include <array>
#include <bit>

namespace ovlsim::backing {

namespace {

using words = std::array<std::uint32_t, 8>;

constexpr std::uint32_t f(std::uint32_t x, std::uint32_t y, std::uint32_t z) { return z ^ (x & (y ^ z)); }
constexpr std::uint32_t g(std::uint32_t x, std::uint32_t y, std::uint32_t z) { return (x & y) + ((x ^ y) & z); }
constexpr std::uint32_t h(std::uint32_t x, std::uint32_t y, std::uint32_t z) { return x ^ y ^ z; }

struct round {
  std::uint32_t (*mix)(std::uint32_t, std::uint32_t, std::uint32_t);
  std::uint32_t constant;
  std::array<std::uint8_t, 8> word;  ///< which word of the block each step takes
  std::array<int, 4> rotation;
};

constexpr round first{f, 0, {0, 1, 2, 3, 4, 5, 6, 7}, {3, 7, 11, 19}};
constexpr round second{g, 0x5a827999U, {1, 3, 5, 7, 0, 2, 4, 6}, {3, 5, 9, 13}};
constexpr round third{h, 0x6ed9eba1U, {3, 7, 2, 6, 1, 5, 0, 4}, {3, 9, 11, 15}};

/// A template, so that the compiler sees straight code: a listing asks for the hash of every name.
template <const round& r>
void mix(std::array<std::uint32_t, 4>& s, const words& block) {
  const auto step = [&](std::size_t n, std::uint32_t& target, std::uint32_t x, std::uint32_t y, std::uint32_t z) {
    target = std::rotl(target + r.mix(x, y, z) + block[r.word[n]] + r.constant, r.rotation[n % 4]);
  };
  auto& [a, b, c, d] = s;
  for (std::size_t n = 0; n < 8; n += 4) {
    step(n, a, b, c, d);
    step(n + 1, d, a, b, c);
    step(n + 2, c, d, a, b);
    step(n + 3, b, c, d, a);
  }
}

void transform(std::array<std::uint32_t, 4>& state, const words& block) {
  std::array<std::uint32_t, 4> s = state;
  mix<first>(s, block);
  mix<second>(s, block);
  mix<third>(s, block);
  for (std::size_t i = 0; i < 4; ++i) state[i] += s[i];
}

/// str2hashbuf_signed(): up to 32 bytes of what is left of the name, padded with its length.
words block_of(std::string_view rest) {
  const auto length = static_cast<std::uint32_t>(rest.size());
  std::uint32_t padding = length | length << 8;
  padding |= padding << 16;
  words block{};
  block.fill(padding);
  const std::string_view part = rest.substr(0, 32);
  std::uint32_t value = padding;
  std::size_t filled = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    value = static_cast<std::uint32_t>(static_cast<signed char>(part[i])) + (value << 8);
    if (i % 4 == 3) {
      block[filled++] = value;
      value = padding;
    }
  }
  if (filled < block.size()) block[filled] = value;
  return block;
}

}  // namespace

std::uint64_t ext4_hash(std::string_view name) {
  std::array<std::uint32_t, 4> state{0x736c766fU, 0x564f6d69U, 0x4d49538cU, 0x736c766fU};  // the seed
  for (std::string_view rest = name; !rest.empty(); rest.remove_prefix(rest.size() < 32 ? rest.size() : 32)) {
    transform(state, block_of(rest));
  }
  constexpr std::uint32_t end_of_directory = 0x7fffffffU;  // EXT4_HTREE_EOF_32BIT
  std::uint32_t major = state[1] & ~1U;
  if (major == end_of_directory << 1) major = (end_of_directory - 1) << 1;
  return std::uint64_t{major} << 32 | state[2];
}

}  // namespace ovlsim::backing
