#!/bin/sh
# Gives the machine the name in /etc/hostname: the first line that is no comment.
set -eu
service=hostname
. "${0%/*}/prelude.sh"

name=$(lines_of /etc/hostname)
name=${name%%[[:space:]]*}
if [ -z "$name" ]; then
  say "/etc/hostname is missing or empty; the name is left as it is"
  exit 0
fi
printf '%s\n' "$name" >/proc/sys/kernel/hostname
