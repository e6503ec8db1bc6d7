#!/bin/sh
# getty.sh TERMINAL: becomes a login prompt on it, if it is there. Until this script says that it is ready
# (descriptor 3) the service has not started, so a terminal that is missing is a failed start, and those
# are not tried again.
set -eu
terminal=$1
service=getty@$terminal
. "${0%/*}/prelude.sh"

[ -c "/dev/$terminal" ] ||
  fail "There is no terminal /dev/$terminal. To be asked no more: dinitctl disable --from login $service"
case $terminal in
  tty[0-9]*) term=linux ;;
  *)
    term=vt220
    # PCs have nodes for four serial ports; those without hardware refuse every request.
    stty -F "/dev/$terminal" >/dev/null 2>&1 || fail "Nothing is behind /dev/$terminal"
    ;;
esac

printf ready >&3
exec 3>&-
if has agetty; then
  case $terminal in
    tty[0-9]*) exec agetty --noclear "$terminal" "$term" ;;
    *) exec agetty --local-line --keep-baud 115200,57600,38400,9600 "$terminal" "$term" ;;
  esac
fi
# busybox
exec getty -L 115200 "$terminal" "$term"
