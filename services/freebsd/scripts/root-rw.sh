#!/bin/sh
# Makes the root writable, unless /etc/rc.conf says root_rw_mount="NO".
set -eu
service=root-rw
. "${0%/*}/prelude.sh"

case $(setting root_rw_mount YES) in
  [Nn][Oo]) exit 0 ;;
esac
mount -u -o rw / || fail "Cannot make the root writable. See: dmesg"
