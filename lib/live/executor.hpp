// SPDX-License-Identifier: Apache-2.0
//
// A command in, an outcome out, by system calls. It knows nothing of processes and sockets: whoever runs it has made a mount
// namespace for it. The filesystem and overlay verbs are in executor.cpp, the file verbs in file_verbs.cpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "live/kmsg.hpp"
#include "live/machine.hpp"
#include "live/overlay_module.hpp"
#include "ovlsim/command.hpp"
#include "ovlsim/outcome.hpp"

namespace ovlsim::live {

class executor {
 public:
  explicit executor(std::string base) : machine_(std::move(base)) {}

  /// Everything that commands made is gone.
  void reset();

  /// Throws failure() for what is no answer of the kernel.
  outcome execute(const command& c);

  kernel_log& log() { return log_; }

 private:
  struct open_file {
    sys::fd file;
    std::string fs;
  };

  outcome run(const cmd::mkfs& c);
  outcome run(const cmd::mksquashfs& c);
  outcome run(const cmd::mkerofs& c);
  outcome run(const cmd::mke2fs& c);
  outcome run(const cmd::clone& c);
  outcome run(const cmd::copy& c);
  outcome run(const cmd::mount& c);
  outcome run(const cmd::umount& c);
  outcome run(const cmd::drop_caches& c);
  outcome run(const cmd::set_module& c);
  outcome run(const cmd::create& c);
  outcome run(const cmd::write& c);
  outcome run(const cmd::append& c);
  outcome run(const cmd::read& c);
  outcome run(const cmd::truncate& c);
  outcome run(const cmd::chmod& c);
  outcome run(const cmd::chown& c);
  outcome run(const cmd::touch& c);
  outcome run(const cmd::mkdir& c);
  outcome run(const cmd::rmdir& c);
  outcome run(const cmd::unlink& c);
  outcome run(const cmd::mkfifo& c);
  outcome run(const cmd::rename& c);
  outcome run(const cmd::exchange& c);
  outcome run(const cmd::link& c);
  outcome run(const cmd::symlink& c);
  outcome run(const cmd::readlink& c);
  outcome run(const cmd::stat& c);
  outcome run(const cmd::ls& c);
  outcome run(const cmd::setxattr& c);
  outcome run(const cmd::getxattr& c);
  outcome run(const cmd::removexattr& c);
  outcome run(const cmd::listxattr& c);
  outcome run(const cmd::open& c);
  outcome run(const cmd::fstat& c);
  outcome run(const cmd::fread& c);
  outcome run(const cmd::fwrite& c);
  outcome run(const cmd::close& c);
  outcome run(const cmd::fh& c);
  outcome run(const cmd::fhopen& c);

  /// `call(path)` with the filesystem of `p` as the root of this process; ENOENT where it is not mounted.
  template <class Call>
  outcome at(const path& p, Call call);
  /// The same for a call that changes something: EBUSY, with no system call, while an overlay uses the filesystem.
  template <class Call>
  outcome change(const path& p, Call call);
  /// `call(from_dir, from, to_dir, to)`, both changed.
  template <class Call>
  outcome change_two(const path& from, const path& to, Call call);

  /// Opens a directory with the filesystem of `p` as root, to be used from outside of it.
  errc enter(const path& p, const std::string& directory, int flags, sys::fd& out);
  outcome image_of(const std::string& fs, fs_type type, const path& source, const std::optional<uuid>& id, bool exports);
  [[nodiscard]] bool replaceable(const std::string& fs) const;
  [[nodiscard]] std::string nowhere(errc why);
  [[nodiscard]] std::string layer(const path& p);
  [[nodiscard]] std::string as_in_scenario(std::string line) const;

  kernel_log log_;
  machine machine_;
  overlay_module module_;
  std::map<std::string, open_file> files_;
  std::map<std::string, sys::handle> handles_;
  std::map<std::string, std::string> spelled_;  ///< layer paths of one mount as the kernel got them -> as the scenario has them
};

}  // namespace ovlsim::live
