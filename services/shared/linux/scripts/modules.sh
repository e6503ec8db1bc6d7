#!/bin/sh
# Loads the kernel modules that the administrator and packages ask for by name: /etc/modules and
# modules-load.d. Of equally named files the first folder's wins, as modules-load.d(5) has it.
set -eu
service=modules
. "${0%/*}/prelude.sh"

# A kernel with everything built in.
[ -e /proc/modules ] && has modprobe || exit 0

failed=
load() {
  # shellcheck disable=SC2086 # The line is a module and its parameters.
  modprobe $1 || failed="$failed ${1%%[[:blank:]]*}"
}

load_lines() {
  lines_of "$1" >/run/modules-to-load
  while read -r line; do load "$line"; done </run/modules-to-load
  rm -f /run/modules-to-load
}

seen=' '
for folder in /etc/modules-load.d /run/modules-load.d /usr/local/lib/modules-load.d \
  /usr/lib/modules-load.d /lib/modules-load.d; do
  for file in "$folder"/*.conf; do
    name=${file##*/}
    case $seen in *" $name "*) continue ;; esac
    seen="$seen$name "
    load_lines "$file"
  done
done
# Debian links /etc/modules-load.d/modules.conf to it.
[ -e /etc/modules-load.d/modules.conf ] || load_lines /etc/modules

[ -z "$failed" ] || fail "Cannot load:$failed"
