// SPDX-License-Identifier: Apache-2.0
//
// The kernel log: a mark before a command, and what overlayfs has written behind the mark after it.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& log() {
  static const piece p{R"sh(
readable_log=no
mark="ovlsim script $$"
if dmesg >/dev/null 2>&1 && echo "$mark" 2>/dev/null >/dev/kmsg && dmesg | grep -q "$mark"; then
  readable_log=yes
fi
# room_for PART: the kernel prints 10 lines of a kind in 5 s; waits until one more has room.
room_for() {
  [ "$readable_log" = yes ] || return
  for _ in 1 2 3 4 5 6 7; do
    times=$(dmesg | grep -F -- "$1" | tail -n 5 | sed -n 's/^\[ *\([0-9]*\)\..*/\1/p')
    read -r now _ </proc/uptime
    [ "$(echo "$times" | wc -l)" = 5 ] && [ $((${now%.*} - ${times%%[!0-9]*})) -le 5 ] || break
    sleep 1
  done
}
# listen: what comes from now on is the next command's.
listen() {
  [ "$readable_log" = yes ] || return
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
