#!/bin/sh
# rescue-shell.sh single: a shell for the administrator on the console; when it ends, however it ends, so
# does this with status 0, and the boot goes on. rescue-shell.sh recovery: the same, with its status.
# FreeBSD has no sulogin: nobody asks for a password. Where the console is not safe, leave these out.
set -eu
service=$1
. "${0%/*}/prelude.sh"
export TERM="${TERM:-xterm}"
# Ctrl-C is for the shell. Not "ignored", which the shell would inherit.
trap : INT

shell=/bin/sh
[ -x "$shell" ] || shell=/rescue/sh
status=0
"$shell" -i || status=$?
[ "$service" = recovery ] || status=0
exit "$status"
