#!/bin/sh
# Makes the root writable, unless /etc/fstab says "ro".
set -eu
service=root-rw
. "${0%/*}/prelude.sh"

if [ -r /etc/fstab ]; then
  while read -r source place _ options _; do
    case $source in '#'*) continue ;; esac
    [ "$place" = / ] || continue
    case ,$options, in
      *,ro,*) exit 0 ;;
    esac
  done </etc/fstab
fi
# mount takes the other options from /etc/fstab: mount(8).
mount -o remount,rw / || fail "Cannot make the root writable. See: dmesg"
