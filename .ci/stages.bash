# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Stages with their times, for .ci/demo and .ci/test: `stage "name" command...` runs the command, and the first one that fails
# ends everything with its name. To be sourced at the top of the repository.
. .ci/quietly.bash

stage_times=()
stage_name=

stage_failed() {
  local code=$?
  [ "$code" -eq 0 ] || [ -z "$stage_name" ] || printf '\n=== FAILED: %s (exit code %d)\n' "$stage_name" "$code" >&2
  exit "$code"
}
trap stage_failed EXIT

stage() {
  stage_name=$1
  shift
  printf '\n=== %s\n' "$stage_name"
  local began=$SECONDS
  "$@"
  stage_times+=("$(printf '%4d s  %s' $((SECONDS - began)) "$stage_name")")
  stage_name=
}

stage_summary() {
  printf '\n=== time by stage\n'
  printf '%s\n' "${stage_times[@]}" "$(printf '%4d s  in all' "$SECONDS")"
}

build_preset() {
  quietly cmake --preset "$1"
  cmake --build --preset "$1" "${@:2}"
}
