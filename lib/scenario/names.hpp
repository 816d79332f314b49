// SPDX-License-Identifier: Apache-2.0
//
// What the names of a scenario stand for. A backing filesystem must be made by a line above its use; an overlay may be
// used before it is mounted (ENOENT is an answer that one may want to see), so it must be mounted by any line of the
// file.
#pragma once

#include <boost/container/small_vector.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "scenario/errors.hpp"

namespace ovlsim::scenario_text {

enum class name_use {
  in_path,   ///< the NAME of `NAME:/path`
  image_of,  ///< `clone FS OLD`
  mounted,   ///< `umount OVL`, `fhopen OVL HANDLE`
};

/// Letters, digits, `_`, `.`, `-`; no digit, dot or dash at the beginning.
bool is_name(std::string_view word) noexcept;

class defined_names {
 public:
  /// `name` is made (or mounted, when `overlay`) by the command at this place.
  void define(const std::string& name, bool overlay, const source_line& where, int column, error_list& errors);

  void use(const std::string& name, name_use how, const source_line& where, int column);

  /// Something is wrong with the line that was to make `name`: uses of it are no errors of their own.
  void excuse(std::string name) { excused_.push_back(std::move(name)); }

  /// Reports every use that nothing in the file makes good. To be called once, at the end.
  void check(error_list& errors) const;

 private:
  struct known {
    std::string name;
    bool overlay = false;
    int line = 0;
  };
  struct pending {
    std::string name;
    name_use how{};
    source_line where;
    int column = 0;
  };

  const known* find(std::string_view name) const noexcept;
  void report(const pending& p, error_list& errors) const;

  boost::container::small_vector<known, 8> known_;
  std::vector<pending> pending_;
  std::vector<std::string> excused_;
};

}  // namespace ovlsim::scenario_text
