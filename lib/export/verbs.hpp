// SPDX-License-Identifier: Apache-2.0
//
// One command of a scenario as one call of the script's shell functions.
#pragma once

#include <map>
#include <set>
#include <string>

#include "export/pieces.hpp"
#include "ovlsim/command.hpp"

namespace ovlsim::exporting {

/// What the calls of a script have in common.
class verb_writer {
 public:
  /// With ranges, each filesystem that mkfs makes gets inode numbers of its own, `range` at most.
  explicit verb_writer(bool ranges, int range) : ranges_(ranges), range_(range) {}

  /// The call; what it needs is in needed() from then on.
  std::string call(const command& c);

  const std::set<const piece*>& needed() const { return needed_; }

 private:
  std::string operator()(const cmd::mkfs& c);
  std::string operator()(const cmd::mksquashfs& c);
  std::string operator()(const cmd::mkerofs& c);
  std::string operator()(const cmd::mke2fs& c);
  std::string operator()(const cmd::clone& c);
  std::string operator()(const cmd::copy& c);
  std::string operator()(const cmd::mount& c);
  std::string operator()(const cmd::umount& c);
  std::string operator()(const cmd::drop_caches& c);
  std::string operator()(const cmd::set_module& c);
  std::string operator()(const cmd::create& c);
  std::string operator()(const cmd::write& c);
  std::string operator()(const cmd::append& c);
  std::string operator()(const cmd::read& c);
  std::string operator()(const cmd::truncate& c);
  std::string operator()(const cmd::chmod& c);
  std::string operator()(const cmd::chown& c);
  std::string operator()(const cmd::touch& c);
  std::string operator()(const cmd::mkdir& c);
  std::string operator()(const cmd::rmdir& c);
  std::string operator()(const cmd::unlink& c);
  std::string operator()(const cmd::mkfifo& c);
  std::string operator()(const cmd::rename& c);
  std::string operator()(const cmd::exchange& c);
  std::string operator()(const cmd::link& c);
  std::string operator()(const cmd::symlink& c);
  std::string operator()(const cmd::readlink& c);
  std::string operator()(const cmd::stat& c);
  std::string operator()(const cmd::ls& c);
  std::string operator()(const cmd::setxattr& c);
  std::string operator()(const cmd::getxattr& c);
  std::string operator()(const cmd::removexattr& c);
  std::string operator()(const cmd::listxattr& c);
  std::string operator()(const cmd::open& c);
  std::string operator()(const cmd::fstat& c);
  std::string operator()(const cmd::fread& c);
  std::string operator()(const cmd::fwrite& c);
  std::string operator()(const cmd::close& c);
  std::string operator()(const cmd::fh& c);
  std::string operator()(const cmd::fhopen& c);

  void need(const piece& p) { needed_.insert(&p); }
  std::string descriptor(const std::string& handle);

  bool ranges_;
  int range_;
  int made_ = 0;
  bool has_xfs_ = false;
  std::map<std::string, int> files_;  ///< the file descriptors that handles stand for
  std::set<const piece*> needed_;
};

}  // namespace ovlsim::exporting
