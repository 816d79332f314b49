// SPDX-License-Identifier: Apache-2.0
//
// One line of the scenario language, parsed: everything that can happen to a world is one of these, the moves of the
// environment (an image replaced, caches dropped) included. Plain values; the text form lives in scenario.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ovlsim {

/// `NAME:/path`: a path inside a backing filesystem or an overlay. `rest` begins with `/` and is kept as written:
/// `.`, `..`, doubled and trailing slashes mean what they mean to Linux. `..` of the root is the root.
struct path {
  std::string fs;
  std::string rest;
  bool operator==(const path&) const = default;
};

using uuid = std::array<std::uint8_t, 16>;

/// What `mkfs` can make. squashfs and erofs images come from `mksquashfs` and `mkerofs`.
enum class fs_type : std::uint8_t { ext4, xfs, btrfs, tmpfs, squashfs, erofs };
std::string_view name(fs_type type) noexcept;

enum class open_mode : std::uint8_t { ro, wo, rw };

enum class redirect_option : std::uint8_t { off, nofollow, follow, on };
enum class xino_option : std::uint8_t { off, autom, on };
enum class uuid_option : std::uint8_t { off, null, autom, on };
std::string_view name(redirect_option value) noexcept;
std::string_view name(xino_option value) noexcept;  ///< `autom` is spelled "auto"
std::string_view name(uuid_option value) noexcept;  ///< `autom` is spelled "auto"

/// Mount options as the administrator gave them; an empty optional was not given (fs/overlayfs/params.c tells
/// "given" from "default", and so must we).
struct mount_options {
  std::vector<path> lower;  ///< from the top down; without any the kernel refuses the mount
  std::vector<path> data;   ///< data-only layers, below the others: `lowerdir=A::D`, or `datadir+=D` where there are no others
  std::optional<path> upper;
  std::optional<path> work;
  std::optional<bool> index;
  std::optional<bool> nfs_export;
  std::optional<bool> metacopy;
  std::optional<redirect_option> redirect_dir;
  std::optional<xino_option> xino;
  std::optional<uuid_option> uuid;
  bool is_volatile = false;
  bool userxattr = false;
  bool ro = false;
  bool operator==(const mount_options&) const = default;
};

/// What `module` sets; an empty optional leaves a parameter as it is. The names are those in /sys/module/overlay/parameters.
struct module_settings {
  std::optional<bool> redirect_dir;
  std::optional<bool> redirect_always_follow;
  std::optional<bool> index;
  std::optional<bool> nfs_export;
  std::optional<bool> xino_auto;
  std::optional<bool> metacopy;
  bool operator==(const module_settings&) const = default;
};

/// Calls `visit` with the name of each parameter and its member of `s`: module_settings, or module_parameters (world.hpp).
template <class Visit, class Settings>
void each_parameter(Visit&& visit, Settings& s) {
  visit("redirect_dir", s.redirect_dir);
  visit("redirect_always_follow", s.redirect_always_follow);
  visit("index", s.index);
  visit("nfs_export", s.nfs_export);
  visit("xino_auto", s.xino_auto);
  visit("metacopy", s.metacopy);
}

/// One struct a verb, in a namespace of their own: `rename`, `link`, `stat` are POSIX functions too.
namespace cmd {

// Backing filesystems.
struct mkfs { std::string fs; fs_type type{}; std::optional<uuid> id; bool operator==(const mkfs&) const = default; };
struct mksquashfs { std::string fs; path source; bool exports = true; bool operator==(const mksquashfs&) const = default; };
struct mkerofs { std::string fs; path source; std::optional<uuid> id; bool operator==(const mkerofs&) const = default; };
struct mke2fs { std::string fs; path source; std::optional<uuid> id; bool operator==(const mke2fs&) const = default; };
struct clone { std::string fs; std::string old; bool operator==(const clone&) const = default; };
struct copy { path from; path to; bool operator==(const copy&) const = default; };  ///< `cp -a`

// Overlays.
struct mount { std::string overlay; mount_options options; bool operator==(const mount&) const = default; };
struct umount { std::string overlay; bool operator==(const umount&) const = default; };
struct drop_caches { bool operator==(const drop_caches&) const = default; };
struct set_module { module_settings settings; bool operator==(const set_module&) const = default; };  ///< `module`

// Files.
struct create { path at; std::string data; std::uint16_t mode = 0644; bool operator==(const create&) const = default; };
struct write { path at; std::string data; bool operator==(const write&) const = default; };
struct append { path at; std::string data; bool operator==(const append&) const = default; };
struct read { path at; bool operator==(const read&) const = default; };
struct truncate { path at; std::uint64_t size = 0; bool operator==(const truncate&) const = default; };
struct chmod { path at; std::uint16_t mode = 0; bool operator==(const chmod&) const = default; };
struct chown { path at; std::uint32_t uid = 0; std::uint32_t gid = 0; bool operator==(const chown&) const = default; };
struct touch { path at; bool operator==(const touch&) const = default; };
struct mkdir { path at; bool operator==(const mkdir&) const = default; };
struct rmdir { path at; bool operator==(const rmdir&) const = default; };
struct unlink { path at; bool operator==(const unlink&) const = default; };
struct mkfifo { path at; bool operator==(const mkfifo&) const = default; };
struct rename { path from; path to; bool operator==(const rename&) const = default; };
struct exchange { path from; path to; bool operator==(const exchange&) const = default; };
struct link { path from; path to; bool operator==(const link&) const = default; };
struct symlink { std::string target; path at; bool operator==(const symlink&) const = default; };
struct readlink { path at; bool operator==(const readlink&) const = default; };
struct stat { path at; bool operator==(const stat&) const = default; };
struct ls { path at; bool operator==(const ls&) const = default; };
struct setxattr { path at; std::string name; std::string value; bool operator==(const setxattr&) const = default; };
struct getxattr { path at; std::string name; bool operator==(const getxattr&) const = default; };
struct removexattr { path at; std::string name; bool operator==(const removexattr&) const = default; };
struct listxattr { path at; bool operator==(const listxattr&) const = default; };

// Open files and file handles, kept under a name of the scenario's choice.
struct open { path at; std::string handle; open_mode mode = open_mode::ro; bool operator==(const open&) const = default; };
struct fstat { std::string handle; bool operator==(const fstat&) const = default; };
struct fread { std::string handle; bool operator==(const fread&) const = default; };
struct fwrite { std::string handle; std::string data; bool operator==(const fwrite&) const = default; };
struct close { std::string handle; bool operator==(const close&) const = default; };
struct fh { path at; std::string handle; bool operator==(const fh&) const = default; };
struct fhopen { std::string fs; std::string handle; bool operator==(const fhopen&) const = default; };

}  // namespace cmd

using command = std::variant<
    cmd::mkfs, cmd::mksquashfs, cmd::mkerofs, cmd::mke2fs, cmd::clone, cmd::copy, cmd::mount, cmd::umount,
    cmd::drop_caches, cmd::set_module, cmd::create, cmd::write, cmd::append, cmd::read, cmd::truncate, cmd::chmod, cmd::chown,
    cmd::touch, cmd::mkdir, cmd::rmdir, cmd::unlink, cmd::mkfifo, cmd::rename, cmd::exchange, cmd::link, cmd::symlink,
    cmd::readlink, cmd::stat, cmd::ls, cmd::setxattr, cmd::getxattr, cmd::removexattr, cmd::listxattr, cmd::open,
    cmd::fstat, cmd::fread, cmd::fwrite, cmd::close, cmd::fh, cmd::fhopen>;

/// The verb as the scenario language spells it: `"stat"`, `"drop-caches"`; `"cp"` for cmd::copy, `"module"` for cmd::set_module.
std::string_view verb(const command& c) noexcept;

}  // namespace ovlsim
