// SPDX-License-Identifier: Apache-2.0
#include "live/worker.hpp"

#include <exception>
#include <span>

#include "live/executor.hpp"
#include "live/failure.hpp"

namespace ovlsim::live {
namespace {

enum class message : char { hello = 1, commands, outcome, error, end };

errc send(const sys::fd& pipe, message kind, const std::string& bytes) {
  const std::size_t size = bytes.size();
  std::string whole(1, static_cast<char>(kind));
  whole.append(reinterpret_cast<const char*>(&size), sizeof size);
  return sys::send_all(pipe, whole += bytes);
}

errc receive(const sys::fd& pipe, message& kind, std::string& bytes) {
  char code = 0;
  std::size_t size = 0;
  if (const errc e = sys::receive_all(pipe, {&code, 1}); e != errc::ok) return e;
  if (const errc e = sys::receive_all(pipe, {reinterpret_cast<char*>(&size), sizeof size}); e != errc::ok) return e;
  kind = static_cast<message>(code);
  bytes.resize(size);
  return sys::receive_all(pipe, bytes);
}

/// The directory that our tmpfs covers, for this process alone. Any will do that is there and that no tool needs.
std::string private_directory() {
  for (const char* candidate : {"/mnt", "/media", "/srv", "/opt", "/tmp"}) {
    struct ::stat s {};
    if (sys::lstat(candidate, s) != errc::ok || !S_ISDIR(s.st_mode)) continue;
    require(sys::mount("ovlsim", candidate, "tmpfs", 0, "mode=0755"), std::string("mounting a tmpfs at ") + candidate);
    return candidate;
  }
  throw failure("there is no directory to mount at: none of /mnt, /media, /srv, /opt, /tmp");
}

void run_one(executor& x, const sys::fd& pipe, const wire::batch& b) {
  // What the turn protects is the log; what a scenario leaves behind is taken down in it too, since that may write there.
  const kernel_log::turn turn(x.log());
  std::string error;
  try {
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
      if (!b.wanted_log[i].empty()) x.log().wait_for_room(b.wanted_log[i]);
      // Nobody listens any more. The turn is not given back: it ends with whoever is left to put things back (overlay_module.hpp).
      if (send(pipe, message::outcome, wire::pack(x.execute(b.commands[i]))) != errc::ok) sys::exit_now(1);
    }
  } catch (const std::exception& e) {
    error = e.what();
  }
  try {
    x.reset();
  } catch (const std::exception& e) {
    // What cannot be taken down goes with this process.
    static_cast<void>(send(pipe, message::error, error.empty() ? e.what() : error));
    sys::exit_now(1);
  }
  static_cast<void>(send(pipe, error.empty() ? message::end : message::error, error));
}

}  // namespace

void work(sys::fd pipe, int parent, void (*prepare)(const wire::batch&)) noexcept {
  std::string error;
  try {
    require(sys::become_worker(pipe.get(), parent), "making a mount namespace");
    executor x(private_directory());
    message kind{};
    std::string bytes;
    wire::batch b;
    while (receive(pipe, kind, bytes) == errc::ok) {
      if (!wire::unpack(bytes, b)) throw failure("a batch of commands came to the worker in pieces");
      if (prepare != nullptr) prepare(b);
      run_one(x, pipe, b);
    }
    sys::exit_now(0);
  } catch (const std::exception& e) {
    error = e.what();
  }
  // It could not even begin: the batch is answered with the reason.
  static_cast<void>(send(pipe, message::error, error));
  sys::exit_now(1);
}

errc send_hello(const sys::fd& pipe, const std::string& release) { return send(pipe, message::hello, release); }

errc receive_hello(const sys::fd& pipe, std::string& release, console& its) {
  message kind{};
  if (const errc e = its.wait_for(pipe, answer_seconds); e != errc::ok) return e;
  const errc e = receive(pipe, kind, release);
  return e == errc::ok && kind != message::hello ? errc::ebadf : e;
}

batch_result run_batch(const sys::fd& pipe, const wire::batch& b, console* its) {
  batch_result r;
  message kind{};
  std::string bytes;
  // A worker that could not begin does not listen any more, but has said why.
  static_cast<void>(send(pipe, message::commands, wire::pack(b)));
  for (;;) {
    errc e = its == nullptr ? errc::ok : its->wait_for(pipe, answer_seconds);
    if (e == errc::ok) e = receive(pipe, kind, bytes);
    if (e != errc::ok) {
      r.silent = e == errc::eagain;
      r.error = "the worker process ended unexpectedly (was it killed? is there enough memory?)";
      r.worker_gone = true;
      return r;
    }
    if (kind == message::end) return r;
    if (kind == message::error) {
      r.error = bytes;
      return r;
    }
    if (!wire::unpack(bytes, r.outcomes.emplace_back())) {
      r.error = "an answer of the worker process came in pieces";
      r.worker_gone = true;
      return r;
    }
  }
}

}  // namespace ovlsim::live
