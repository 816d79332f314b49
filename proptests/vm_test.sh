#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# vm_test.sh WHAT OVLSIM ROOT IMAGE [STORIES]: one test of scenarios on the kernel IMAGE in a virtual machine. 77: it cannot run here,
# and why.
set -eu
what=$1 ovlsim=$2 root=$3 image=$4 stories=${5:-100}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "$*"
  exit 1
}

# The model has rules for some series of kernels: linux-image-6.1.0-56-cloud-amd64_...
needs_rules() {
  series=$(basename "$image" | sed -nE 's/^linux-image-([0-9]+\.[0-9]+).*/\1/p')
  "$ovlsim" run --kernel "$series" /dev/null || {
    echo "skipped: the model has no rules for Linux $series"
    exit 77
  }
}

# What QEMU is called with in place of it, by the name $work/qemu.
qemu_with() {
  printf '#!/bin/sh\n%s\n' "$1" >"$work/qemu"
  chmod +x "$work/qemu"
}

case $what in
  # The language, every filesystem and the log, with expectations that hold on every kernel.
  kernel)
    cat >"$work/all.ovl" <<'END'
mkfs a tmpfs -> ok
mkfs b ext4 -> ok
mkfs c xfs -> ok
mkfs d btrfs -> ok
create a:/f "x" -> ok
mksquashfs e a:/ -> ok
mkerofs f a:/ -> ok
mke2fs g a:/ -> ok
mkdir c:/u
mkdir c:/w
mount m lowerdir=e:/,f:/,g:/,d:/,b:/ upperdir=c:/u workdir=c:/w -> ok
append m:/f "y" -> ok
read m:/f -> data="xy"
cp -a m:/f m:/g -> ok
umount m -> ok
END
    "$ovlsim" kernel --vm "$image" "$work/all.ovl" "$root/examples/00-collision.ovl"
    ;;
  examples)
    needs_rules
    "$ovlsim" compare --vm "$image" "$root"/examples/*.ovl "$root"/examples/course/*.ovl "$root"/examples/peers/*.ovl "$root"/proptests/kernels/*.ovl "$root"/proptests/identity/*.ovl
    # The thread's claims: those that hold under this kernel and its own rules.
    set --
    for story in "$root"/examples/thread/*.ovl; do
      under=" $(sed -n 's/^# kernels: //p' "$story") "
      rules=" $(sed -n 's/^# policies: //p' "$story") "
      case $under in *" all "* | *" $series "*) ;; *) continue ;; esac
      case $rules in "  " | *" none "*) set -- "$@" "$story" ;; esac
    done
    [ "$#" -ge 30 ] || fail "$# stories of the thread are for $series, there must be 30 at least"
    "$ovlsim" kernel --vm "$image" "$@"
    ;;
  random | features)
    needs_rules
    option=
    [ "$what" = random ] || option=--all-features
    # shellcheck disable=SC2086  # no option is no word
    "$ovlsim" compare --vm "$image" --random "$stories" --seed 1 $option
    ;;
  # A kernel without memory panics: this is told, with what it said, and is no difference and no skipped test.
  panic)
    command -v qemu-system-x86_64 >/dev/null || exit 77
    qemu_with 'exec qemu-system-x86_64 "$@" -m 90'
    code=0
    OVLSIM_QEMU=$work/qemu "$ovlsim" kernel --vm "$image" "$root/examples/00-collision.ovl" >"$work/out" 2>&1 || code=$?
    [ "$code" -eq 1 ] || fail "exit code $code: $(cat "$work/out")"
    grep -q '00-collision.ovl: starting a virtual machine: the virtual machine ended unexpectedly' "$work/out" || fail "$(cat "$work/out")"
    grep -q 'Kernel panic' "$work/out" || fail "$(cat "$work/out")"
    ;;
  # Interrupted in the middle, it takes its machine with it.
  interrupt)
    command -v qemu-system-x86_64 >/dev/null || exit 77
    qemu_with "echo \$\$ >'$work/pid'; exec qemu-system-x86_64 \"\$@\""
    OVLSIM_QEMU=$work/qemu "$ovlsim" compare --vm "$image" --random 10000 >"$work/out" 2>&1 &
    ours=$!
    for _ in $(seq 200); do
      [ ! -s "$work/pid" ] || break
      sleep 0.1
    done
    sleep 2
    qemu=$(cat "$work/pid")
    kill -0 "$qemu"
    kill -TERM "$ours"
    wait "$ours" && fail "it ended well: $(cat "$work/out")"
    ! kill -0 "$qemu" 2>/dev/null || fail "QEMU, process $qemu, is there still"
    ;;
  *) fail "no test is called $what" ;;
esac
