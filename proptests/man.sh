#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# man.sh complete|lint OVLSIM ROOT: the manual page that OVLSIM writes. `complete`: each subcommand that the help lists has a part of it, in
# which each of its arguments and options is told of, in the words of its help; so has each environment variable that the sources in ROOT
# read. `lint`: mandoc, or else man, finds nothing to complain about (77: neither is installed).
set -eu
what=$1
ovlsim=$2
root=$3

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$ovlsim" man >"$dir/ovlsim.1"
wrong=0
complain() {
  echo "$1"
  wrong=$((wrong + 1))
}

# As it is read: without escapes.
sed 's/\\f[BIR]//g; s/\\(rs/\\/g; s/\\(aq/'"'"'/g; s/\\(ga/`/g; s/\\(ha/^/g; s/\\(ti/~/g; s/\\-/-/g; s/^\\&//' "$dir/ovlsim.1" >"$dir/plain"

# part MACRO NAME: what is below that heading.
part() {
  awk -v heading="$1 $2" -v macro="$1" '
    $0 == heading { inside = 1; next }
    /^\.SH / || (macro == ".SS" && /^\.SS /) { inside = 0 }
    inside' "$dir/plain"
}

# described: of a help, each argument and option, with what can be chosen for it and its description, with $separator between.
separator=$(printf '\037')
described() {
  awk -v separator="$separator" '
    { line[NR] = $0 }
    END {
      for (i = 1; i <= NR; i++) {
        if (line[i] ~ /^(Positionals|Options):$/) { inside = 1; continue }
        if (line[i] !~ /^ /) inside = 0
        if (!inside) continue
        head = line[i]
        # A head that leaves no room has its description below it.
        if (line[i + 1] ~ /^                              [^ ]/) words = substr(line[++i], 31)
        else { words = substr(head, 31); head = substr(head, 1, 30) }
        values = match(head, /\{[^}]*\}/) ? substr(head, RSTART + 1, RLENGTH - 2) : ""
        split(head, fields, " ")
        gsub(/,/, ", ", fields[1])
        print fields[1] separator values separator words
      }
    }'
}

# subcommands: of a help, the names that it lists.
subcommands() { awk '/^Subcommands:$/ { inside = 1; next } /^$/ { inside = 0 } inside { print $1 }'; }

# check_part TITLE HELP: the part below that heading against that help.
check_part() {
  part "${1%%	*}" "${1#*	}" >"$dir/part"
  [ -s "$dir/part" ] || { complain "no part: $1"; return; }
  tr '\n' ' ' <"$dir/part" | sed 's/  */ /g' >"$dir/joined"
  described <"$2" >"$dir/described"
  [ -s "$dir/described" ] || complain "$1: its help was not understood: every command has --help"
  while IFS=$separator read -r name values words; do
    grep -qxF -e "$name" "$dir/part" || grep -qF -e "$name " "$dir/part" || complain "$1: does not tell of $name"
    grep -qF -e "$(printf '%s' "$words" | tr -d '`')" "$dir/joined" || grep -qF -e "$words" "$dir/joined" || complain "$1: $name: not in these words: $words"
    for value in $(printf '%s' "$values" | tr , ' '); do
      grep -qw -e "$value" "$dir/joined" || complain "$1: $name: does not say that $value can be chosen"
    done
  done <"$dir/described"
}

# check_command PATH: `kernels`, `kernels diff`; and what is below it.
check_command() {
  # shellcheck disable=SC2086  # a path is several words
  "$ovlsim" $1 --help >"$dir/help"
  check_part ".SS	$1" "$dir/help"
  for below in $(subcommands <"$dir/help"); do check_command "$1 $below"; done
}

complete() {
  "$ovlsim" --help >"$dir/help"
  check_part ".SH	OPTIONS" "$dir/help"
  commands=$(subcommands <"$dir/help")
  for command in $commands; do check_command "$command"; done
  variables=$(grep -rhoE '(getenv|from_environment)\("[A-Z_]+"' "$root/lib" | sed 's/.*"\(.*\)"/\1/' | sort -u)
  part .SH ENVIRONMENT >"$dir/part"
  for variable in $variables; do grep -qxF "$variable" "$dir/part" || complain "ENVIRONMENT: does not tell of $variable"; done
  part .SH 'EXIT STATUS' >"$dir/part"
  for code in 0 1 2 3 77; do grep -qx "$code" "$dir/part" || complain "EXIT STATUS: does not tell of $code"; done
  [ -n "$commands" ] || complain "the help lists no subcommands: this test is blind"
  [ -n "$variables" ] || complain "the sources read no variables: this test is blind"
}

lint() {
  if command -v mandoc >/dev/null; then
    mandoc -Tlint "$dir/ovlsim.1" >"$dir/complaints" || :
  elif command -v groff >/dev/null; then
    groff -man -Tutf8 -ww -z "$dir/ovlsim.1" 2>"$dir/complaints" || :
  else
    echo "neither mandoc nor groff is installed"
    exit 77
  fi
  [ ! -s "$dir/complaints" ] || complain "$(cat "$dir/complaints")"
}

"$what"
[ "$wrong" = 0 ] || exit 1
echo "the manual page: $what"
