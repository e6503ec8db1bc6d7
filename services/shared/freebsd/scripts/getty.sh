#!/bin/sh
# getty.sh TERMINAL: becomes a login prompt on it, if it is there. Until this script says that it is ready
# (descriptor 3) the service has not started, so a terminal that is missing is a failed start, and those
# are not tried again. Types as in /etc/ttys: gettytab(5).
set -eu
terminal=$1
service=getty@$terminal
. "${0%/*}/prelude.sh"

[ -c "/dev/$terminal" ] ||
  fail "There is no terminal /dev/$terminal. To be asked no more: dinitctl disable --from login $service"
case $terminal in
  ttyv*) type=Pc TERM=xterm ;;
  *) type=3wire TERM=vt100 ;;
esac
export TERM

printf ready >&3
exec 3>&-
exec /usr/libexec/getty "$type" "$terminal"
