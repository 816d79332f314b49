// SPDX-License-Identifier: Apache-2.0
//
// What a command answers: a status, the fields of its verb (only when the status is `ok`), and the lines that it adds to
// the kernel log. The model and the live kernel both answer in this form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovlsim/errc.hpp"

namespace ovlsim {

/// As S_IFMT tells them apart; the names are those of the scenario language's `type`.
enum class file_type : std::uint8_t { file, dir, symlink, chr, block, fifo, socket };
std::string_view name(file_type type) noexcept;  ///< `chr` is spelled "char"

/// What `ls` shows of a d_type: everything but the first three is `other`.
enum class entry_type : std::uint8_t { file, dir, symlink, other };
std::string_view name(entry_type type) noexcept;
entry_type entry_type_of(file_type type) noexcept;

namespace answer {

/// `stat`, `fstat`, `fhopen`.
struct stat {
  file_type type{};
  std::uint16_t mode = 0;  ///< the permission bits, setuid, setgid and sticky included
  std::uint32_t nlink = 0;
  std::uint64_t size = 0;  ///< meaningless (and not printed) for a directory
  std::uint64_t ino = 0;
  std::uint64_t dev = 0;
  bool operator==(const stat&) const = default;
};

struct data { std::string bytes; bool operator==(const data&) const = default; };      ///< `read`, `fread`
struct target { std::string text; bool operator==(const target&) const = default; };   ///< `readlink`
struct value { std::string bytes; bool operator==(const value&) const = default; };    ///< `getxattr`
struct names { std::vector<std::string> sorted; bool operator==(const names&) const = default; };  ///< `listxattr`

struct entry {
  std::string name;
  entry_type type{};
  std::uint64_t ino = 0;  ///< d_ino
  bool operator==(const entry&) const = default;
};
struct entries { std::vector<entry> by_name; bool operator==(const entries&) const = default; };  ///< `ls`

}  // namespace answer

using answer_fields = std::variant<std::monostate, answer::stat, answer::data, answer::target, answer::entries,
                                   answer::value, answer::names>;

struct outcome {
  errc status = errc::ok;
  answer_fields fields;          ///< std::monostate unless `status` is ok and the verb has fields
  std::vector<std::string> log;  ///< each beginning with `overlayfs: `, in the kernel's own words, oldest first
  /// Of a mount: its options in force as /proc/mounts shows them, but for the layers (`redirect_dir=on,xino=on`); nothing where that is
  /// not known. No field of the contract's: to_json() writes it where it is asked for.
  std::optional<std::string> options;
  bool operator==(const outcome&) const = default;
};

}  // namespace ovlsim
