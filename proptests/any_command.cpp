// SPDX-License-Identifier: Apache-2.0
//
// Generators of commands and answers, member by member.
#include "any_command.hpp"

#include <limits>

namespace ovlsim::testing {
namespace {

using rc::gen::arbitrary;
using rc::gen::element;
using rc::gen::inRange;

std::string backing() { return *element<std::string>("a", "b_1"); }
std::string overlay() { return *element<std::string>("m", "n.x-y"); }
std::string handle() { return *element<std::string>("h", "3", "fd_1", "a.b-c"); }

path layer() { return {backing(), "/" + *odd_name()}; }
path anywhere() { return {*element<std::string>("a", "b_1", "m", "n.x-y"), "/" + *odd_name()}; }

std::uint16_t mode() { return static_cast<std::uint16_t>(*inRange(0, 010000)); }

template <class Make>
auto maybe(Make make) -> std::optional<decltype(make())> {
  if (!*arbitrary<bool>()) return std::nullopt;
  return make();
}

uuid any_uuid() {
  uuid id{};
  for (std::uint8_t& byte : id) byte = *arbitrary<std::uint8_t>();
  return id;
}

cmd::mkfs any_mkfs() {
  cmd::mkfs c{backing(), *element(fs_type::ext4, fs_type::xfs, fs_type::btrfs, fs_type::tmpfs), {}};
  if (c.type != fs_type::tmpfs) c.id = maybe(any_uuid);
  return c;
}

/// With the options only that this release answers.
cmd::mount any_mount() {
  const auto off = [] { return false; };
  cmd::mount c{overlay(), {}};
  for (int i = *inRange(0, 4); i > 0; --i) c.options.lower.push_back(layer());
  for (int i = *inRange(0, 2); i > 0; --i) c.options.data.push_back(layer());
  c.options.upper = maybe(layer);
  c.options.work = maybe(layer);
  c.options.index = maybe(off);
  c.options.nfs_export = maybe(off);
  c.options.metacopy = maybe(off);
  c.options.xino = maybe([] { return *element(xino_option::off, xino_option::autom, xino_option::on); });
  c.options.ro = *arbitrary<bool>();
  if (c.options == mount_options()) c.options.ro = true;  // `mount m` alone is no command
  return c;
}

cmd::set_module any_set_module() {
  cmd::set_module c;
  each_parameter([](std::string_view, std::optional<bool>& one) { one = maybe([] { return *arbitrary<bool>(); }); }, c.settings);
  if (c.settings == module_settings()) c.settings.index = true;
  return c;
}

// Every alternative of `command` has its line here; any_command_of() is instantiated for each, so none can be
// forgotten. clang-format off
void fill(cmd::mkfs& c) { c = any_mkfs(); }
void fill(cmd::mksquashfs& c) { c = {backing(), anywhere(), *arbitrary<bool>()}; }
void fill(cmd::mkerofs& c) { c = {backing(), anywhere(), maybe(any_uuid)}; }
void fill(cmd::mke2fs& c) { c = {backing(), anywhere(), maybe(any_uuid)}; }
void fill(cmd::clone& c) { c = {backing(), backing()}; }
void fill(cmd::copy& c) { c = {anywhere(), anywhere()}; }
void fill(cmd::mount& c) { c = any_mount(); }
void fill(cmd::umount& c) { c = {overlay()}; }
void fill(cmd::drop_caches&) {}
void fill(cmd::set_module& c) { c = any_set_module(); }
void fill(cmd::create& c) { c = {anywhere(), *odd_bytes(), mode()}; }
void fill(cmd::write& c) { c = {anywhere(), *odd_bytes()}; }
void fill(cmd::append& c) { c = {anywhere(), *odd_bytes()}; }
void fill(cmd::read& c) { c = {anywhere()}; }
void fill(cmd::truncate& c) { c = {anywhere(), *inRange<std::uint64_t>(0, 16777217)}; }
void fill(cmd::chmod& c) { c = {anywhere(), mode()}; }
void fill(cmd::chown& c) {
  c = {anywhere(), *inRange<std::uint32_t>(0, 4294967295U), *inRange<std::uint32_t>(0, 4294967295U)};
}
void fill(cmd::touch& c) { c = {anywhere()}; }
void fill(cmd::mkdir& c) { c = {anywhere()}; }
void fill(cmd::rmdir& c) { c = {anywhere()}; }
void fill(cmd::unlink& c) { c = {anywhere()}; }
void fill(cmd::mkfifo& c) { c = {anywhere()}; }
void fill(cmd::rename& c) { c = {anywhere(), anywhere()}; }
void fill(cmd::exchange& c) { c = {anywhere(), anywhere()}; }
void fill(cmd::link& c) { c = {anywhere(), anywhere()}; }
void fill(cmd::symlink& c) { c = {*odd_name(), anywhere()}; }
void fill(cmd::readlink& c) { c = {anywhere()}; }
void fill(cmd::stat& c) { c = {anywhere()}; }
void fill(cmd::ls& c) { c = {anywhere()}; }
void fill(cmd::setxattr& c) { c = {anywhere(), *odd_name(), *odd_bytes()}; }
void fill(cmd::getxattr& c) { c = {anywhere(), *odd_name()}; }
void fill(cmd::removexattr& c) { c = {anywhere(), *odd_name()}; }
void fill(cmd::listxattr& c) { c = {anywhere()}; }
void fill(cmd::open& c) { c = {anywhere(), handle(), *element(open_mode::ro, open_mode::wo, open_mode::rw)}; }
void fill(cmd::fstat& c) { c = {handle()}; }
void fill(cmd::fread& c) { c = {handle()}; }
void fill(cmd::fwrite& c) { c = {handle(), *odd_bytes()}; }
void fill(cmd::close& c) { c = {handle()}; }
void fill(cmd::fh& c) { c = {anywhere(), handle()}; }
void fill(cmd::fhopen& c) { c = {overlay(), handle()}; }
// clang-format on

/// The alternative of that index, filled.
template <std::size_t Index = 0>
command any_command_of(std::size_t index) {
  if constexpr (Index < std::variant_size_v<command>) {
    if (index != Index) return any_command_of<Index + 1>(index);
    std::variant_alternative_t<Index, command> c;
    fill(c);
    return c;
  } else {
    return cmd::drop_caches();
  }
}

std::vector<std::string> names() { return *rc::gen::container<std::vector<std::string>>(odd_bytes()); }

answer::stat any_stat() {
  using t = file_type;
  answer::stat s;
  s.type = *element(t::file, t::dir, t::symlink, t::chr, t::block, t::fifo, t::socket);
  s.mode = mode();
  s.nlink = *arbitrary<std::uint32_t>();
  if (s.type != t::dir) s.size = *arbitrary<std::uint64_t>();
  s.ino = *element<std::uint64_t>(0, 1, std::numeric_limits<std::uint64_t>::max(), *arbitrary<std::uint64_t>());
  s.dev = *arbitrary<std::uint64_t>();
  return s;
}

answer::entries any_entries() {
  using t = entry_type;
  answer::entries e;
  for (const std::string& name : names()) {
    e.by_name.push_back({name, *element(t::file, t::dir, t::symlink, t::other), *arbitrary<std::uint64_t>()});
  }
  return e;
}

answer_fields any_fields() {
  switch (*inRange(0, 7)) {
    case 0: return any_stat();
    case 1: return answer::data{*odd_bytes()};
    case 2: return answer::target{*odd_bytes()};
    case 3: return any_entries();
    case 4: return answer::value{*odd_bytes()};
    case 5: return answer::names{names()};
    default: return std::monostate();
  }
}

}  // namespace

rc::Gen<std::string> odd_bytes() {
  const auto piece = rc::gen::weightedOneOf<std::string>({
      {4, rc::gen::map(inRange(0x20, 0x7f), [](int c) { return std::string(1, static_cast<char>(c)); })},
      {2, rc::gen::map(inRange(0, 256), [](int c) { return std::string(1, static_cast<char>(c)); })},
      {3, element<std::string>("\"", "\\", "\\x", "#", " ", "->", ",", "=", "$", "\n", "\t", "\r", "0x", "é", "漢",
                               "\xff", "~", "/")},
  });
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
    std::string bytes;
    for (const std::string& one : pieces) bytes += one;
    return bytes;
  });
}

rc::Gen<std::string> odd_name() {
  return rc::gen::map(odd_bytes(), [](std::string bytes) {
    for (char& c : bytes) {
      if (c == '\0') c = '0';
    }
    return bytes;
  });
}

rc::Gen<command> any_command() {
  return rc::gen::exec([] { return any_command_of(*inRange<std::size_t>(0, std::variant_size_v<command>)); });
}

std::string text_around(const std::string& line) {
  return "mkfs a ext4\nmkfs b_1 ext4\n" + line + "\nmount m lowerdir=a:/\nmount n.x-y lowerdir=a:/\n";
}

rc::Gen<outcome> any_outcome() {
  return rc::gen::exec([] {
    outcome o;
    if (*inRange(0, 4) == 0) {
      o.status = errc_named(*element<std::string>("ESTALE", "EIO", "ENOENT")).value();
    } else {
      o.fields = any_fields();
    }
    for (int i = *inRange(0, 3); i > 0; --i) o.log.push_back("overlayfs: " + *odd_name());
    return o;
  });
}

}  // namespace ovlsim::testing
