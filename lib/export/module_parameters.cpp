// SPDX-License-Identifier: Apache-2.0
//
// The module parameters of overlayfs, which are one for the whole machine: the script puts them back when it ends.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& module_parameters() {
  static const piece p{R"sh(
kernel_has overlay
parameters=/sys/module/overlay/parameters
[ -w "$parameters/redirect_dir" ] || cannot "$parameters cannot be written"
before=$(cd "$parameters" && for one in *; do echo "$one=$(cat "$one")"; done)
restore_parameters() {
  for one in $before; do
    case ${one%%=*} in
      redirect_dir | redirect_always_follow | index | nfs_export | xino_auto | metacopy) echo "${one#*=}" >"$parameters/${one%%=*}" ;;
    esac
  done
}
trap 'code=$?; trap "" INT TERM HUP PIPE; restore_parameters; (exit "$code"); clean' EXIT
do_module() {  # PARAMETER=Y|N...
  for one in "$@"; do
    if [ ! -e "$parameters/${one%%=*}" ]; then
      status=ENOENT
      return
    fi
  done
  for one in "$@"; do echo "${one#*=}" >"$parameters/${one%%=*}" || cannot "$parameters/${one%%=*} cannot be written"; done
}
)sh",
                        {{"cat", "coreutils"}}};
  return p;
}

}  // namespace ovlsim::exporting
