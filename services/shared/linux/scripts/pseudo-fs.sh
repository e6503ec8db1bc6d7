#!/bin/sh
# Mounts what the kernel offers as file systems. Each mount looks first: the manager, an initramfs or a
# soft reboot may have left it.
set -eu
service=pseudo-fs
. "${0%/*}/prelude.sh"

# mount_once TYPE PLACE OPTIONS
mount_once() {
  if is_mounted "$2"; then return 0; fi
  mkdir -p "$2"
  mount -t "$1" -o "$3" "$1" "$2" || fail "Cannot mount $1 on $2. Is it in the kernel (/proc/filesystems)?"
}

# mount_if_known: the same, for what a kernel may lack.
mount_if_known() {
  while read -r type other; do
    case $1 in
      "$type" | "$other") mount_once "$@"; return 0 ;;
    esac
  done </proc/filesystems
}

mount_once proc /proc nosuid,nodev,noexec
mount_once sysfs /sys nosuid,nodev,noexec
mount_once devtmpfs /dev nosuid,mode=755
mount_once tmpfs /run nosuid,nodev,mode=755
# Group 5 is tty, in Debian and in Alpine.
mount_once devpts /dev/pts nosuid,noexec,gid=5,mode=620,ptmxmode=666
mount_once tmpfs /dev/shm nosuid,nodev,mode=1777
[ ! -d /sys/fs/cgroup ] || mount_if_known cgroup2 /sys/fs/cgroup nosuid,nodev,noexec,nsdelegate
[ ! -d /sys/firmware/efi/efivars ] ||
  mount_if_known efivarfs /sys/firmware/efi/efivars nosuid,nodev,noexec

# The kernel makes devices only; these are customs of userland.
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
[ -e /dev/stdin ] || ln -s fd/0 /dev/stdin
[ -e /dev/stdout ] || ln -s fd/1 /dev/stdout
[ -e /dev/stderr ] || ln -s fd/2 /dev/stderr

[ -d /run/lock ] || mkdir -m 1777 /run/lock

# The record of the boot goes there once the root can be written; nobody else makes the file.
if [ ! -e /run/utmp ]; then
  : >/run/utmp
  chmod 664 /run/utmp
  chgrp utmp /run/utmp 2>/dev/null || true
fi
