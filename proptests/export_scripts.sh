#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# export_scripts.sh lint|run OVLSIM FILE...: every scenario as a shell script. `lint`: shellcheck finds nothing in it. `run`: under dash, as
# root, it passes; with a wrong expectation it fails and names the line; interrupted or not, it leaves nothing behind. 77: cannot be done here.
set -eu
what=$1
ovlsim=$2
shift 2

dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
wrong=0
offence() {
  echo "$1"
  wrong=$((wrong + 1))
}
written() {  # FILE: whether there is a script of it; one that is refused for its file handles is not missed
  "$ovlsim" export "$1" -o "$dir/story.sh" 2>"$dir/errors" && return
  grep -q 'no tool calls' "$dir/errors" || offence "$1: $(head -n 1 "$dir/errors")"
  return 1
}
left() { find /tmp -maxdepth 1 -name 'ovlsim.*' | wc -l; }

lint() {
  command -v shellcheck >/dev/null || exit 77
  for file in "$@"; do
    if written "$file"; then shellcheck "$dir/story.sh" || offence "$file: shellcheck is not content with its script"; fi
  done
}

run() {
  before=$(left)
  for file in "$@"; do
    written "$file" || continue
    code=0
    timeout 120 dash "$dir/story.sh" >"$dir/output" 2>&1 || code=$?
    case $code in
      0) ;;
      77)
        cat "$dir/output"
        exit 77 ;;
      *) offence "$file: exit code $code: $(grep -v ^PASS "$dir/output")" ;;
    esac
    grep -q '^[1-9][0-9]* expectations held, 0 failed, 0 left out$' "$dir/output" || offence "$file: $(tail -n 1 "$dir/output")"
  done
  # A test that cannot fail is none.
  cat >"$dir/wrong.ovl" <<'END'
mkfs a ext4
create a:/f "right"
stat a:/f -> ok size=4
read a:/f -> data=wrong
stat a:/g -> ok log~"nothing of the kind"
END
  written "$dir/wrong.ovl"
  code=0
  dash "$dir/story.sh" >"$dir/output" 2>&1 || code=$?
  cat >"$dir/expected" <<'END'
PASS line 3: stat a:/f -> ok
FAIL line 3: stat a:/f: expected size=4, got size=5
FAIL line 4: read a:/f: expected data=wrong, got data=right
FAIL line 5: stat a:/g: expected ok, got ENOENT
FAIL line 5: stat a:/g: expected log~"nothing of the kind", got no line
1 expectations held, 4 failed, 0 left out
END
  [ "$code" = 1 ] || offence "wrong expectations: exit code $code"
  diff "$dir/expected" "$dir/output" || offence 'wrong expectations: not reported as they should be'
  # Ended in the middle, with a file open on a mounted overlay.
  cat >"$dir/slow.ovl" <<'END'
mkfs a ext4
create a:/f
mount m lowerdir=a:/
open m:/f h
drop-caches
END
  written "$dir/slow.ovl"
  sed -i 's/^do_drop_caches$/sleep 2 \& wait/' "$dir/story.sh"
  for signal in TERM INT; do
    timeout --foreground -s "$signal" 1 dash "$dir/story.sh" >/dev/null 2>&1 || :
  done
  [ "$(left)" = "$before" ] || offence "directories are left in /tmp: $(find /tmp -maxdepth 1 -name 'ovlsim.*')"
  if grep -q /tmp/ovlsim. /proc/mounts; then offence 'mounts are left'; fi
}

"$what" "$@"
[ "$wrong" = 0 ] || exit 1
echo "$# scenarios: $what: nothing to complain about"
