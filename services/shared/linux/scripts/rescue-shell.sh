#!/bin/sh
# rescue-shell.sh single: a shell for the administrator on the console; when it ends, however it ends, so
# does this with status 0, and the boot goes on. rescue-shell.sh recovery: the same, with its status.
#
# sulogin asks for root's password. Where root has none, util-linux's refuses; "sulogin -e" would open
# the door to whoever is at the console, so that choice is left to you.
set -eu
service=$1
. "${0%/*}/prelude.sh"
HOME=/root
[ -d "$HOME" ] || HOME=/
export HOME TERM="${TERM:-linux}"
cd "$HOME"
# Ctrl-C is for the shell. Not "ignored", which the shell would inherit.
trap : INT

status=0
if has sulogin; then
  sulogin || status=$?
else
  say "There is no sulogin here, so nobody asks for a password"
  sh -i || status=$?
fi
[ "$service" = recovery ] || status=0
exit "$status"
