// SPDX-License-Identifier: Apache-2.0
//
// Which extended attributes a backing filesystem takes, on which kind of object, and with which errno it refuses the others.
#pragma once

#include <string_view>

#include "ovlsim/world.hpp"

namespace ovlsim::backing {

enum class xattr_use : std::uint8_t { get, set, remove };

/// The two names that the VFS treats as access control lists, not as attributes.
bool is_acl(std::string_view name);

/// import_xattr_name(), before any path is looked at: ERANGE for a name that is empty or longer than 255 bytes; E2BIG for a value
/// above 64 KiB.
errc check_xattr_size(std::string_view name, std::size_t value_size);

/// xattr_permission(): user.* belongs to regular files and directories only.
errc check_xattr_kind(std::string_view name, file_type type, xattr_use use);

/// xattr_resolve_name() with the filesystem's handlers: EOPNOTSUPP for a prefix that it does not know, EINVAL for a bare one.
errc check_xattr_name(const filesystem& fs, std::string_view name, file_type type, xattr_use use);

/// listxattr: EOPNOTSUPP where a squashfs image has no xattr table because nothing in it has xattrs (squashfs_listxattr). The basic
/// inodes of files with one link, fifos and devices do not come to ask; they list nothing.
errc check_xattr_list(const filesystem& fs, const inode& i);

/// What the VFS checks of a value that it understands (security.capability, ACLs).
errc check_xattr_value(std::string_view name, std::string_view value, file_type type);

}  // namespace ovlsim::backing
