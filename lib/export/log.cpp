// SPDX-License-Identifier: Apache-2.0
//
// The kernel log: a mark before a command, and what overlayfs has written behind the mark after it.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& log() {
  static const piece p{R"sh(
# listen [PART]: what comes from now on is the next command's. The kernel prints 10 lines of a kind in 5 s, so that where a line is
# expected this waits until there is room for it.
readable_log=no
mark="ovlsim script $$"
if dmesg >/dev/null 2>&1 && echo "$mark" 2>/dev/null >/dev/kmsg && dmesg | grep -q "$mark"; then
  readable_log=yes
  # Others who read the log for lines of their own take turns.
  if command -v flock >/dev/null 2>&1 && [ -r /dev/kmsg ]; then
    exec 9</dev/kmsg
    flock 9
  fi
fi
listen() {
  [ "$readable_log" = yes ] || return
  if [ $# = 1 ]; then
    for _ in 1 2 3 4 5 6 7; do
      fifth=$(dmesg | grep -F -- "$1" | tail -n 5 | sed -n 's/^\[ *\([0-9]*\)\..*/\1/p')
      [ "$(echo "$fifth" | wc -l)" = 5 ] || break
      read -r now _ </proc/uptime
      [ $((${now%.*} - $(echo "$fifth" | head -n 1))) -le 5 ] || break
      sleep 1
    done
  fi
  mark="ovlsim script $$ line $number"
  echo "$mark" >/dev/kmsg
}
logged() {
  dmesg | sed -n "/$mark\$/,\$p" | sed -n 's/^\[[^]]*\] //; /^overlayfs: /p' | sed "s|$T/\([^/']*\)/|\1:/|g"
}
expect_log() {
  if [ "$readable_log" = no ]; then
    left_out=$((left_out + 1))
    return
  fi
  lines=$(logged)
  case $lines in
    *"$1"*) pass "log~\"$1\"" ;;
    *) fail "log~\"$1\"" "${lines:-no line}" ;;
  esac
}
expect_no_log() {
  if [ "$readable_log" = no ]; then
    left_out=$((left_out + 1))
    return
  fi
  lines=$(logged)
  if [ -z "$lines" ]; then pass log=none; else fail log=none "$lines"; fi
}
)sh",
                        {{"dmesg", "util-linux"}, {"grep", "grep"}, {"sed", "sed"}}};
  return p;
}

}  // namespace ovlsim::exporting
