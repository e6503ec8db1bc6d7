#!/bin/sh
# Brings the loopback interface up; the kernel gives it its addresses.
set -eu
service=loopback
. "${0%/*}/prelude.sh"

if has ip; then
  ip link set lo up
elif has ifconfig; then
  ifconfig lo 127.0.0.1 netmask 255.0.0.0 up
else
  fail "There is neither ip nor ifconfig here"
fi
