// SPDX-License-Identifier: Apache-2.0
//
// Where this release's model ends. A wrong answer is worse than none, so what is not modelled yet is refused here, in
// words that end with the cure; what the mechanisms of a later release bring is taken off this list.
#include "ovlsim/apply.hpp"

namespace ovlsim {
namespace {

std::string reason(const cmd::mkfs& c) {
  if (c.type == fs_type::squashfs) return "mkfs makes no squashfs; write `mksquashfs FS SRC`";
  if (c.type == fs_type::erofs) return "mkfs makes no erofs; write `mkerofs FS SRC`";
  if (c.type == fs_type::tmpfs && c.id) return "nobody can choose the UUID of a tmpfs; leave uuid= out";
  return {};
}

// The model holds the real bytes of a file: a hole of terabytes would be terabytes.
constexpr std::uint64_t largest_file = std::uint64_t{16} << 20;

std::string reason(const cmd::truncate& c) {
  if (c.size <= largest_file) return {};
  return std::to_string(c.size) +
         " bytes: the model holds a file's real bytes, at most 16777216 (16 MiB); write a smaller size";
}

template <class Other>
std::string reason(const Other&) {
  return {};
}

}  // namespace

std::string unsupported(const command& c) {
  return std::visit([](const auto& one) { return reason(one); }, c);
}

}  // namespace ovlsim
