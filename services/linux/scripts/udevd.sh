#!/bin/sh
# Becomes udevd. A system without it is no fault: devices.sh then does what it can.
set -eu
service=udevd
. "${0%/*}/prelude.sh"
. "${0%/*}/find-udevd.sh"

if [ -z "$udevd" ]; then
  say "There is no udevd here; /dev is left to the kernel and to mdev"
  exit 0
fi

# Nodes whose opening loads a module (/dev/fuse, /dev/net/tun). udevd sets their modes when it starts, so
# they must be there before. Lines as in tmpfiles.d(5): "c! /dev/fuse 0600 - - - 10:229".
if has kmod; then
  kmod static-nodes --format=tmpfiles 2>/dev/null | while read -r type node mode _ _ _ number; do
    case $type in
      d*) mkdir -p -m "$mode" "$node" ;;
      [cb]*)
        [ -e "$node" ] ||
          mknod -m "$mode" "$node" "${type%!}" "${number%:*}" "${number#*:}" ||
          say "Cannot make $node"
        ;;
    esac
  done
fi
exec "$udevd"
