#!/bin/sh
# Becomes a shell for the administrator, on the console: sulogin, which asks for root's password. Where
# root has none, util-linux's sulogin refuses; "sulogin -e" would open the door to whoever is at the
# console, so that choice is left to you.
set -eu
service=rescue-shell
. "${0%/*}/prelude.sh"
HOME=/root
[ -d "$HOME" ] || HOME=/
export HOME TERM="${TERM:-linux}"
cd "$HOME"

say "A shell for repairs; leave it with \"exit\" or Ctrl-D. To make the root writable: mount -o remount,rw /"
if has sulogin; then exec sulogin; fi
say "There is no sulogin here, so nobody asks for a password"
exec sh -i
