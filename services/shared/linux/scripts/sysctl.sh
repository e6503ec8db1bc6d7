#!/bin/sh
# Sets the kernel's parameters from sysctl.d and /etc/sysctl.conf. Of equally named files the first
# folder's wins; files are applied in the order of their names: sysctl.d(5).
set -eu
service=sysctl
. "${0%/*}/prelude.sh"
has sysctl || exit 0

list_files() {
  for folder in /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d; do
    for file in "$folder"/*.conf; do
      [ ! -f "$file" ] || printf '%s %s\n' "${file##*/}" "$file"
    done
  done
}

failed=
apply() {
  sysctl -q -e -p "$1" || failed="$failed $1"
}

list_files | sort -s -k 1,1 >/run/sysctl-files
last=
while read -r name file; do
  [ "$name" != "$last" ] || continue
  last=$name
  apply "$file"
done </run/sysctl-files
rm -f /run/sysctl-files
[ ! -f /etc/sysctl.conf ] || apply /etc/sysctl.conf
[ -z "$failed" ] || fail "Not everything could be set from:$failed"
