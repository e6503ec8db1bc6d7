#!/bin/sh
# fsck.sh root: checks the root while it is read-only; fsck.sh others: the rest of /etc/fstab.
#
# Words of the kernel's command line, as other systems have them: fastboot or fsck.mode=skip; forcefsck
# or fsck.mode=force; fsck.repair=yes (repair all, without asking) or no (look only).
# Ctrl-C ends the check, and the boot goes on: the script then dies by SIGINT, which "skippable" takes
# for a success.
set -eu
what=$1
service=fsck
[ "$what" != root ] || service=fsck-root
. "${0%/*}/prelude.sh"

if has_kernel_word fastboot || has_kernel_word fsck.mode=skip; then
  say "Skipped, as the kernel's command line says"
  exit 0
fi

repair=-a
if has_kernel_word fsck.repair=yes; then repair=-y; fi
if has_kernel_word fsck.repair=no; then repair=-n; fi
force=
if has_kernel_word forcefsck || has_kernel_word fsck.mode=force; then force=-f; fi

# Sets "device", "type" and "options" to those of the mounted root. The last line counts: an initramfs
# leaves a "rootfs" below.
read_mounted_root() {
  device=
  type=
  options=
  while read -r source place kind flags _; do
    [ "$place" = / ] || continue
    device=$source
    type=$kind
    options=$flags
  done </proc/self/mounts
}

# Whether /etc/fstab has the root with a pass of 0: "do not check". fstab(5)
is_root_exempt() {
  lines_of /etc/fstab | {
    while read -r _ place _ _ _ pass; do
      [ "$place" != / ] || [ "${pass:-0}" != 0 ] || return 0
    done
    return 1
  }
}

# Whether anything but the root is to be checked.
has_others() {
  lines_of /etc/fstab | {
    while read -r _ place _ _ _ pass; do
      [ "$place" = / ] || [ "${pass:-0}" = 0 ] || return 0
    done
    return 1
  }
}

check_root() {
  read_mounted_root
  # Memory, network, overlay: nothing to check.
  case $device in /dev/*) ;; *) return 0 ;; esac
  case ,$options, in
    *,rw,*)
      # After a soft reboot: it was checked when the machine started.
      if has_kernel_word ro; then return 0; fi
      say "The root is writable already and cannot be checked. Add \"ro\" to the kernel's command line"
      return 0
      ;;
  esac
  if is_root_exempt; then return 0; fi
  if ! has fsck || ! has "fsck.$type"; then
    say "There is no fsck for $type here; the root is not checked"
    return 0
  fi
  # /dev/root is the kernel's word for what it was told to mount; fsck finds the root by its place.
  [ -b "$device" ] || device=/
  fsck -T -C0 $repair $force -t "$type" "$device"
}

check_others() {
  has_others || return 0
  if ! has fsck; then
    say "There is no fsck here; nothing is checked"
    return 0
  fi
  # After single user they are mounted already, and were checked. busybox's fsck has no such option.
  mounted=
  case $(fsck --version 2>&1 || true) in *util-linux*) mounted=-M ;; esac
  fsck -A -R -T -C0 $mounted $repair $force
}

status=0
"check_$what" || status=$?

# The status is a sum: 1 corrected, 2 reboot, 4 left uncorrected, 8 operational error, 16 usage, 32
# cancelled, 128 library. Source: fsck(8).
if [ "$status" -eq 130 ] || [ $((status & 32)) -ne 0 ]; then
  say "Cancelled; going on unchecked"
  trap - INT
  kill -s INT $$
fi
if [ $((status & ~3)) -ne 0 ]; then
  fail "Faults are left (status $status). Start recovery and run fsck by hand there: fsck -y DEVICE"
fi
if [ $((status & 2)) -ne 0 ]; then
  say "The file system in use was repaired: the machine must start again"
  # The manager restarts the machine on SIGINT, as for Ctrl-Alt-Del; no control socket can be there yet.
  kill -s INT "$PPID"
  # It breaks this start off. The shell alone would end at once, as if the check had succeeded.
  sleep 600
  fail "The machine did not restart. Restart it by hand"
fi
