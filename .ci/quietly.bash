# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Runs a command of which only a failure is of interest: then all that it said is shown.
quietly() {
  local code=0 said
  said=$("$@" 2>&1) || code=$?
  [ "$code" -eq 0 ] || printf '%s\n' "$said" >&2
  return "$code"
}
