#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# course.sh DIR: the lessons of the course, examples/course. To be called in the directory to which the commands in them are relative, with
# the commands in PATH. Each NN-name.ovl is in canonical form, holds on the model, and has a NN-name.md of the form that README.md there
# describes; README.md lists all in order; and each command that a lesson shows ends with the exit code and prints the lines that it shows.
set -eu
dir=$1
command -v ovlsim >/dev/null || { echo "course.sh: no ovlsim in PATH"; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

wrong=0
complain() {
  echo "$1: $2"
  wrong=$((wrong + 1))
}

# blocks LESSON: writes each command in the code blocks of LESSON to $scratch/N.sh, the lines that it prints to N.shown, its exit code to
# N.code. Prints the number of commands, then what is wrong with the form.
blocks() {
  awk -v out="$scratch" '
    function next_command(text) {
      n++
      print text > (out "/" n ".sh")
      printf "" > (out "/" n ".shown")
      print 0 > (out "/" n ".code"); close(out "/" n ".code")
    }
    /^```/ { inside = !inside; n_before = n; next }
    !inside { next }
    /^\$ / { next_command(substr($0, 3)); next }
    n == n_before { next }  # a block that shows no commands
    /^> / { print substr($0, 3) > (out "/" n ".sh"); next }
    /^\[[0-9]+\]$/ { print substr($0, 2, length($0) - 2) > (out "/" n ".code"); close(out "/" n ".code"); next }
    { print > (out "/" n ".shown") }
    END { print n + 0; if (inside) print "a code block that does not end" }' "$1"
}

# matches SHOWN PRINTED: whether the lines are the same, where a line `...` in SHOWN stands for any number of them, none included.
matches() {
  awk '
    FNR == NR { shown[++s] = $0; next }
    { printed[++p] = $0 }
    # The lines from `i` on of what is shown are those from `j` on of what was printed.
    function same(i, j) {
      if (i > s) return j > p
      if (shown[i] != "...") return j <= p && shown[i] == printed[j] && same(i + 1, j + 1)
      for (; j <= p + 1; j++) if (same(i + 1, j)) return 1
      return 0
    }
    END { exit !same(1, 1) }' "$1" "$2"
}

lessons=0 commands=0
for scenario in "$dir"/*.ovl; do
  name=$(basename "$scenario" .ovl)
  lesson=$dir/$name.md
  lessons=$((lessons + 1))
  number=$(printf %02d "$lessons")
  case $name in "$number"-*) ;; *) complain "$scenario" "the lessons are numbered from 01 on: this should be $number" ;; esac
  ovlsim fmt --check "$scenario" >/dev/null || complain "$scenario" "is not in canonical form; to bring it there: ovlsim fmt -i $scenario"
  ovlsim run "$scenario" >/dev/null 2>&1 || complain "$scenario" "its expectations do not hold; to see them: ovlsim run $scenario"
  if ! [ -f "$lesson" ]; then
    complain "$scenario" "has no lesson $lesson"
    continue
  fi

  awk '/^```/ { code = !code; next } !code' "$lesson" >"$scratch/text"
  title=$(sed -n '1s/^# \(..*\)$/\1/p' "$lesson")
  [ -n "$title" ] || complain "$lesson" "must begin with its title: # Title"
  [ "$(grep -c '^# ' "$scratch/text")" = 1 ] || complain "$lesson" "must have one title"
  [ "$(grep '^## ' "$scratch/text" | tr '\n' '|')" = '## Question|## Answer|' ] || complain "$lesson" "must end with ## Question and ## Answer, and have no other parts"
  for part in Question Answer; do
    [ -n "$(sed "1,/^## $part\$/d; /^## /,\$d" "$lesson" | tr -d ' \n')" ] || complain "$lesson" "its $part is empty"
  done
  grep -q "^[\$>] .*$scenario" "$lesson" || complain "$lesson" "shows no command on $scenario"
  grep -qF "| [$number]($name.md) | $title |" "$dir/README.md" || complain "$dir/README.md" "has no row: | [$number]($name.md) | $title |"

  count=$(blocks "$lesson" | tee "$scratch/form" | head -n 1)
  sed 1d "$scratch/form" | while read -r fault; do echo "$lesson: $fault"; done
  [ "$(wc -l <"$scratch/form")" = 1 ] || wrong=$((wrong + 1))
  [ "$count" -gt 0 ] || complain "$lesson" "shows no command"
  commands=$((commands + count))
  i=0
  while [ "$i" -lt "$count" ]; do
    i=$((i + 1))
    code=0
    sh "$scratch/$i.sh" >"$scratch/printed" 2>&1 || code=$?
    if [ "$code" != "$(cat "$scratch/$i.code")" ]; then
      complain "$lesson" "ends with exit code $code, not $(cat "$scratch/$i.code"): $(cat "$scratch/$i.sh")"
    elif ! matches "$scratch/$i.shown" "$scratch/printed"; then
      complain "$lesson" "prints something else than is shown: $(cat "$scratch/$i.sh")"
      diff "$scratch/$i.shown" "$scratch/printed" || true
    fi
  done
done
for lesson in "$dir"/[0-9]*.md; do
  [ -f "${lesson%.md}.ovl" ] || complain "$lesson" "has no scenario"
done
[ "$(grep -c '^| \[[0-9]' "$dir/README.md")" = "$lessons" ] || complain "$dir/README.md" "must list the $lessons lessons and no others"
[ "$lessons" -gt 0 ] || complain "$dir" "has no lessons"
[ "$wrong" = 0 ] || exit 1
echo "$lessons lessons; all expectations held, and $commands commands printed what the lessons show"
