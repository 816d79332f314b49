// SPDX-License-Identifier: Apache-2.0
//
// Fifos (fs/pipe.c), as far as one process that never blocks can tell: whether somebody has one open, and what lies in it.
#pragma once

#include <string_view>

#include "vfs/node.hpp"

namespace ovlsim::vfs {

/// An open file handle keeps the fifo readable, or writable.
bool has_reader(const context& c, const node& n);
bool has_writer(const context& c, const node& n);

/// fifo_open(O_WRONLY|O_NONBLOCK): ENXIO while nobody reads.
errc check_fifo_writable(const context& c, const node& n);

/// pipe_read(): all that lies in it; nothing when nobody can write any more, EAGAIN when somebody could.
result<std::string> read_fifo(context& c, const node& n);
/// pipe_write() until all is written: EAGAIN when the pipe is full, and what went in before stays in it.
errc write_fifo(context& c, const node& n, std::string_view data);

/// Buffers of fifos that nobody has open are gone.
void release_pipes(context& c);

}  // namespace ovlsim::vfs
