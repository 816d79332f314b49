// SPDX-License-Identifier: Apache-2.0
//
// Files and directories that stay open while the world changes around them.
#include <algorithm>
#include <array>
#include <utility>

#include "random/operations.hpp"
#include "random/paths.hpp"

namespace ovlsim::random {
namespace {

void open_one(author& a, const place& p) {
  constexpr std::array<open_mode, 6> modes = {open_mode::ro, open_mode::ro, open_mode::ro,
                                              open_mode::rw, open_mode::rw, open_mode::wo};
  open_mode mode = a.random.pick(modes);
  const auto dir = a.random.chance(12) ? existing(a, p, dirs) : std::nullopt;
  if (dir && a.random.chance(90)) mode = open_mode::ro;
  path at = dir ? *dir : likely(a, p, a.random.chance(93) ? unsigned{files} : unsigned{anything});
  a.write(cmd::open{std::move(at), a.fresh_word("h"), mode});
}

}  // namespace

void handle_operation(author& a, const place& p) {
  std::vector<shadow_open> here;
  for (const shadow_open& f : a.world.files) {
    if (f.fs == p.fs) here.push_back(f);
  }
  if (here.empty() || (here.size() < 4 && a.random.chance(30))) return open_one(a, p);
  const shadow_open f = a.random.pick(here);
  switch (a.random.below(10)) {
    case 0: return a.write(cmd::close{f.handle});
    case 1:
    case 2:
    case 3: return a.write(cmd::fstat{f.handle});
    case 4:
    case 5: return a.write(cmd::fread{f.handle});
    case 6:
      if (f.mode == open_mode::ro && a.random.chance(80)) return a.write(cmd::fread{f.handle});
      return a.write(cmd::fwrite{f.handle, a.data()});
    case 7:
      if (f.mode == open_mode::ro && a.random.chance(80)) return a.write(cmd::fstat{f.handle});
      return a.write(cmd::fwrite{f.handle, a.data()});
    default: return open_one(a, p);
  }
}

void close_all(author& a, std::string_view name) {
  std::vector<shadow_open> open = a.world.files;
  std::erase_if(open, [&](const shadow_open& f) { return f.fs != name; });
  for (const shadow_open& f : open) {
    if (a.random.chance(15)) a.write(cmd::fstat{f.handle});
    a.write(cmd::close{f.handle});
  }
}

}  // namespace ovlsim::random
