// SPDX-License-Identifier: Apache-2.0
//
// The arguments of every verb, each listed once. `A` is whoever goes through them: the reader fills them from words,
// the writer turns them into words, the usage text shows their names. A new verb needs one line here and one in
// verbs.cpp.
#pragma once

#include "ovlsim/command.hpp"

namespace ovlsim::scenario_text {

// clang-format off

// Backing filesystems.
template <class A> void arguments(A& a, cmd::mkfs& c) { a.makes("FS", c.fs); a.type("TYPE", c.type); a.id(c.id); }
template <class A> void arguments(A& a, cmd::mksquashfs& c) { a.makes("FS", c.fs); a.at("SRC", c.source);
  a.no_exports(c.exports); }
template <class A> void arguments(A& a, cmd::mkerofs& c) { a.makes("FS", c.fs); a.at("SRC", c.source); a.id(c.id); }
template <class A> void arguments(A& a, cmd::mke2fs& c) { a.makes("FS", c.fs); a.at("SRC", c.source); a.id(c.id); }
template <class A> void arguments(A& a, cmd::clone& c) { a.makes("FS", c.fs); a.image_of("OLD", c.old); }
template <class A> void arguments(A& a, cmd::copy& c) { a.literal("-a"); a.at("SRC", c.from); a.at("DST", c.to); }

// Overlays.
template <class A> void arguments(A& a, cmd::mount& c) { a.mounts("OVL", c.overlay); a.options(c); }
template <class A> void arguments(A& a, cmd::umount& c) { a.mounted("OVL", c.overlay); }
template <class A> void arguments(A&, cmd::drop_caches&) {}
template <class A> void arguments(A& a, cmd::set_module& c) { a.parameters(c.settings); }

// Files.
template <class A> void arguments(A& a, cmd::create& c) { a.at("P", c.at); a.optional_text("data", c.data);
  a.optional_mode("MODE", c.mode); }
template <class A> void arguments(A& a, cmd::write& c) { a.at("P", c.at); a.text("data", c.data); }
template <class A> void arguments(A& a, cmd::append& c) { a.at("P", c.at); a.text("data", c.data); }
template <class A> void arguments(A& a, cmd::read& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::truncate& c) { a.at("P", c.at); a.size("N", c.size); }
template <class A> void arguments(A& a, cmd::chmod& c) { a.at("P", c.at); a.mode("MODE", c.mode); }
template <class A> void arguments(A& a, cmd::chown& c) { a.at("P", c.at); a.owner("UID:GID", c.uid, c.gid); }
template <class A> void arguments(A& a, cmd::touch& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::mkdir& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::rmdir& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::unlink& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::mkfifo& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::rename& c) { a.at("P", c.from); a.at("Q", c.to); }
template <class A> void arguments(A& a, cmd::exchange& c) { a.at("P", c.from); a.at("Q", c.to); }
template <class A> void arguments(A& a, cmd::link& c) { a.at("P", c.from); a.at("Q", c.to); }
template <class A> void arguments(A& a, cmd::symlink& c) { a.name_text("target", c.target); a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::readlink& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::stat& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::ls& c) { a.at("P", c.at); }
template <class A> void arguments(A& a, cmd::setxattr& c) { a.at("P", c.at); a.xattr("NAME", c.name);
  a.text("value", c.value); }
template <class A> void arguments(A& a, cmd::getxattr& c) { a.at("P", c.at); a.xattr("NAME", c.name); }
template <class A> void arguments(A& a, cmd::removexattr& c) { a.at("P", c.at); a.xattr("NAME", c.name); }
template <class A> void arguments(A& a, cmd::listxattr& c) { a.at("P", c.at); }

// Open files and file handles.
template <class A> void arguments(A& a, cmd::open& c) { a.at("P", c.at); a.handle("HANDLE", c.handle); a.how(c.mode); }
template <class A> void arguments(A& a, cmd::fstat& c) { a.handle("HANDLE", c.handle); }
template <class A> void arguments(A& a, cmd::fread& c) { a.handle("HANDLE", c.handle); }
template <class A> void arguments(A& a, cmd::fwrite& c) { a.handle("HANDLE", c.handle); a.text("data", c.data); }
template <class A> void arguments(A& a, cmd::close& c) { a.handle("HANDLE", c.handle); }
template <class A> void arguments(A& a, cmd::fh& c) { a.at("P", c.at); a.handle("HANDLE", c.handle); }
template <class A> void arguments(A& a, cmd::fhopen& c) { a.mounted("OVL", c.fs); a.handle("HANDLE", c.handle); }

// clang-format on

}  // namespace ovlsim::scenario_text
