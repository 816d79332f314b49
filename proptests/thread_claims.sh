#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# thread_claims.sh OVLSIM DIR: what the thread claimed of all stories. Each row of DIR/README.md with a command `ovlsim ...` in its second
# column says in its third what that command finds; here it is run, in DIR, and must find just that. With OVLSIM_UPDATE_GOLDEN=1 the third
# column is written anew.
set -eu
ovlsim=$1
cd "$2"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# found COMMAND: its verdicts as the table has them, without the numbers of states, which are the explorer's business.
found() {
  # shellcheck disable=SC2086 # the words of the command
  "$ovlsim" $1 >"$work/out" 2>"$work/err" || [ "$?" = 1 ] || {
    cat "$work/err" >&2
    echo "FAILED"
    return
  }
  case $1 in
    distinguish*)
      sed -n '1s/^# .* differ after \([0-9]* moves\): .*/differ after \1/p; 1s/^no story tells .* (closed.*/no story tells them apart/p' "$work/out" ;;
    *)
      sed -n '1,/^$/s/^  \([a-z-]*\)  *\(holds (closed\|vacuous\|violated after [0-9]* moves*\).*/`\1` \2/p' "$work/out" |
        sed 's/ (closed//' | paste -s -d, | sed 's/,/, /g' ;;
  esac
}

commands=0
wrong=0
while IFS= read -r line; do
  case $line in
    '| '*' | `ovlsim '*'` | '*' |')
      command=${line#*' | `ovlsim '}
      command=${command%%'` |'*}
      commands=$((commands + 1))
      finds=$(found "$command")
      claim=${line%%' | `ovlsim '*}
      expected="$claim | \`ovlsim $command\` | $finds |"
      if [ "$line" != "$expected" ] || [ -z "$finds" ] || [ "$finds" = FAILED ]; then
        [ "${OVLSIM_UPDATE_GOLDEN:-}" = 1 ] || printf 'README.md: %s\nbut it finds: %s\n' "$line" "$finds"
        wrong=$((wrong + 1))
      fi
      printf '%s\n' "$expected" ;;
    *) printf '%s\n' "$line" ;;
  esac >&3
done <README.md 3>"$work/README.md"

if [ "${OVLSIM_UPDATE_GOLDEN:-}" = 1 ]; then
  cat "$work/README.md" >README.md
  exit 0
fi
[ "$commands" -ge 16 ] || { echo "README.md: $commands commands, there must be 16 at least"; exit 1; }
echo "$commands commands, $wrong of them find something else"
[ "$wrong" = 0 ]
