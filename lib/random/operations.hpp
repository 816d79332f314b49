// SPDX-License-Identifier: Apache-2.0
//
// The file verbs, one at a time, at a place: what a program does to a filesystem or an overlay.
#pragma once

#include "random/author.hpp"

namespace ovlsim::random {

/// One command on `p`, drawn with the weights of the story's profile.
void operation(author& a, const place& p);

/// One command that copies a file up, if `p` is an overlay and the file a lower one.
void change_a_file(author& a, const place& p);

/// One command that makes something new at `p`: what layers are filled with.
void populate(author& a, const place& p);

/// One look at `p`: stat, ls, read, readlink, listxattr, getxattr.
void look(author& a, const place& p);

/// `cp -a` of something at `from` to somewhere at `to`.
void copy_tree(author& a, const place& from, const place& to);

/// One command on an open file; opens one when there is none, or when it is time for another.
void handle_operation(author& a, const place& p);

/// Closes what is open on `name`, most of the time asking for nothing else.
void close_all(author& a, std::string_view name);

}  // namespace ovlsim::random
