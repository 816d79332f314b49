// SPDX-License-Identifier: Apache-2.0
//
// Expectations: what came, against what was expected.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& report() {
  static const piece p{R"sh(
# line NUMBER COMMAND: the next line of the story.
held=0 failed=0 left_out=0 number=0 story='' status=ok
line() { number=$1 story=$2 status=ok; }
pass() {
  held=$((held + 1))
  echo "PASS line $number: $story -> $1"
}
fail() {
  failed=$((failed + 1))
  echo "FAIL line $number: $story: expected $1, got $2"
}
finish() {
  echo "$held expectations held, $failed failed, $left_out left out"
  [ "$failed" = 0 ]
}

hex() { od -An -v -tx1 | tr -d ' \n'; }

# field NAME: its value in $got, and in $shown for people; false, with the status in $shown, where the answer has none.
field() {
  shown=$status
  [ "$status" = ok ] || return 1
  case $1 in
    data | target | value)
      got=$(hex <"$T/.out")
      shown=$(tr -c '[:print:]' '?' <"$T/.out")
      return ;;
    entries | names) got=$(cat "$T/.list") ;;
    *)
      IFS='|' read -r type mode nlink size ino dev <"$T/.out"
      case $1 in
        type)
          case $type in
            regular*) got='file' ;;
            directory) got=dir ;;
            symbolic*) got=symlink ;;
            character*) got=char ;;
            block*) got=block ;;
            *) got=$type ;;
          esac ;;
        mode) got=$(printf '%04o' "0$mode") ;;
        nlink) got=$nlink ;;
        size) got=$size ;;
        ino) got=$ino ;;
        dev) got=$dev ;;
      esac ;;
  esac
  shown=$got
}
# wanted NAME VALUE...: in $want, to be held against $got.
wanted() {
  case $1 in
    data | target | value) want=$(printf '%b' "$2" | hex) ;;
    entries | names)
      shift
      want=$([ $# = 0 ] || printf '%s\n' "$@") ;;
    *) want=$2 ;;
  esac
}
judge() {  # SIGN FIELD: $got against $want
  if { [ "$got" = "$want" ] && [ "$1" = = ]; } || { [ "$got" != "$want" ] && [ "$1" = '!=' ]; }; then
    pass "$2$1$words"
  else
    fail "$2$1$words" "$2=$shown"
  fi
}
expect_status() { if [ "$status" = "$1" ]; then pass "$1"; else fail "$1" "$status"; fi; }
expect() { held_against '=' "$@"; }       # FIELD VALUE...
expect_not() { held_against '!=' "$@"; }  # FIELD VALUE...
held_against() {  # SIGN FIELD VALUE...
  sign=$1 name=$2
  shift
  wanted "$@"
  shift
  words="$*"
  if field "$name"; then judge "$sign" "$name"; else fail "$name$sign$words" "$shown"; fi
}
expect_same() { held_against_variable '=' "$@"; }    # FIELD NAME: the first use gives it its value
expect_other() { held_against_variable '!=' "$@"; }  # FIELD NAME
held_against_variable() {  # SIGN FIELD NAME
  words="\$$3"
  if ! field "$2"; then
    fail "$2$1$words" "$shown"
    return
  fi
  eval "want=\${v_$3-unbound}"
  if [ "$want" = unbound ] && [ "$1" = = ]; then
    eval "v_$3=\$got"
    pass "$2$1$words ($shown)"
  elif [ "$want" = unbound ]; then
    fail "$2$1$words" "$words has no value: the line that should bind it failed"
  else
    words="$words ($want)"
    judge "$1" "$2"
  fi
}
)sh",
                        {{"od", "coreutils"}, {"tr", "coreutils"}}};
  return p;
}

}  // namespace ovlsim::exporting
