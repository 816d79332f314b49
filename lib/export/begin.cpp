// SPDX-License-Identifier: Apache-2.0
//
// The beginning of every script.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& begin() {
  static const piece p{R"sh(
set -u
umask 022
LC_ALL=C                        # messages are read back
LIBMOUNT_FORCE_MOUNT2=always    # mount(2): fsconfig(2) takes no more than 256 bytes of lowerdir=
export LC_ALL LIBMOUNT_FORCE_MOUNT2

cannot() {
  echo "cannot run here: $1" >&2
  exit 77
}
need() { command -v "$1" >/dev/null 2>&1 || cannot "$1 is not installed; Debian has it in the package $2"; }
[ "$(id -u)" = 0 ] || cannot 'not root; mounting needs it'

# A mount namespace of its own: whatever ends this script, no mount is left behind.
if [ -z "${OVLSIM_UNSHARED:-}" ] && [ -f "$0" ] && unshare --mount --propagation private true 2>/dev/null; then
  OVLSIM_UNSHARED=1 exec unshare --mount --propagation private sh "$0" "$@"
fi

# Others who read the kernel log for lines of their own (ovlsim does) take turns with this script.
if command -v flock >/dev/null 2>&1 && [ -r /dev/kmsg ]; then
  exec 9</dev/kmsg
  flock 9
fi

T=          # everything is below this directory
mounted=    # the mount points, the newest first
clean() {
  code=$?
  trap '' EXIT INT TERM HUP PIPE
  cd /
  exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&-
  for one in $mounted; do umount "$one" 2>/dev/null || umount -l "$one" 2>/dev/null; done
  if [ -n "$T" ]; then
    umount -l "$T" 2>/dev/null
    rmdir "$T"
  fi
  exit "$code"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP PIPE
T=$(mktemp -d /tmp/ovlsim.XXXXXX) || cannot 'no directory in /tmp'
mount -t tmpfs -o mode=0755 ovlsim "$T" || cannot 'a tmpfs cannot be mounted'
cd /
)sh",
                        {{"mount", "mount"}, {"umount", "mount"}, {"dd", "coreutils"}, {"stat", "coreutils"}}};
  return p;
}

}  // namespace ovlsim::exporting
