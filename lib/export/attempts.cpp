// SPDX-License-Identifier: Apache-2.0
//
// Running a tool, and reading the errno out of what it says.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& attempts() {
  static const piece p{R"sh(
# try TOOL...: its output in $T/.out; $status is `ok`, or the errno that its message ends with.
try() {
  if "$@" >"$T/.out" 2>"$T/.err"; then status=ok; else errno_of "$(head -n 1 "$T/.err")"; fi
}
errno_of() {
  case $1 in
    *': Operation not permitted'* | *'hard link not allowed'*) status=EPERM ;;
    *': No such file or directory'* | *'cannot operate on dangling symlink'*) status=ENOENT ;;
    *': Input/output error'*) status=EIO ;;
    *': No such device or address'*) status=ENXIO ;;
    *': Argument list too long'*) status=E2BIG ;;
    *': Bad file descriptor'*) status=EBADF ;;
    *': Resource temporarily unavailable'*) status=EAGAIN ;;
    *': Permission denied'*) status=EACCES ;;
    *': Device or resource busy'* | *'target is busy'*) status=EBUSY ;;
    *': File exists'*) status=EEXIST ;;
    *': Invalid cross-device link'* | *': Cross-device link'*) status=EXDEV ;;
    *': No such device'*) status=ENODEV ;;
    *': Not a directory'* | *'cannot overwrite non-directory'*) status=ENOTDIR ;;
    *': Is a directory'* | *'cannot overwrite directory'*) status=EISDIR ;;
    *': Invalid argument'* | *'to a subdirectory of itself'*) status=EINVAL ;;
    *': Too many open files'*) status=EMFILE ;;
    *': Text file busy'*) status=ETXTBSY ;;
    *': File too large'*) status=EFBIG ;;
    *': No space left on device'*) status=ENOSPC ;;
    *': Illegal seek'*) status=ESPIPE ;;
    *': Read-only file system'*) status=EROFS ;;
    *': Too many links'*) status=EMLINK ;;
    *': Numerical result out of range'*) status=ERANGE ;;
    *': File name too long'*) status=ENAMETOOLONG ;;
    *': Directory not empty'*) status=ENOTEMPTY ;;
    *': Too many levels of symbolic links'*) status=ELOOP ;;
    *': No data available'* | *': No such attribute'*) status=ENODATA ;;
    *': Object is remote'*) status=EREMOTE ;;
    *': Value too large for defined data type'*) status=EOVERFLOW ;;
    *': Operation not supported'*) status=EOPNOTSUPP ;;
    *': Stale file handle'*) status=ESTALE ;;
    *) status="a failure that says '$1'" ;;
  esac
}
)sh",
                        {{"head", "coreutils"}}};
  return p;
}

}  // namespace ovlsim::exporting
