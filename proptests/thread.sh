#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# thread.sh OVLSIM DIR: the claims of the thread. Each scenario says what is claimed, the verdict and why; README.md names each with that
# verdict; and its expectations hold where it says that they do (peers.sh).
set -eu
ovlsim=$1
dir=$2

# said FILE KEY: the text behind `# KEY: `, with the lines that go on.
said() {
  sed -n "/^# $2: /,/^[^#]\|^# [^ ]/p" "$1" | sed -n "1s/^# $2: //p; 2,\$s/^#   / /p" | tr -d '\n'
}

wrong=0
for file in "$dir"/*.ovl; do
  name=${file##*/}
  for key in claim verdict why; do
    [ -n "$(said "$file" "$key")" ] && continue
    echo "$file: must say its $key, as in: # $key: ..."
    wrong=$((wrong + 1))
  done
  row=$(grep -F "]($name)" "$dir/README.md" | head -n 1)
  case $name in
    ours-*) expected="]($name)" ;;
    *) expected="| $(said "$file" verdict) | [" ;;
  esac
  case $row in
    *"$expected"*) ;;
    *)
      echo "$dir/README.md: has no row for $name with: $expected"
      wrong=$((wrong + 1)) ;;
  esac
  "$ovlsim" fmt --check "$file" || wrong=$((wrong + 1))
done
[ "$wrong" = 0 ] || exit 1
exec sh "$(dirname "$0")/peers.sh" "$ovlsim" "$dir"
