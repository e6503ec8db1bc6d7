#!/bin/sh
# Checks the file systems of /etc/fstab while the root is read-only; ZFS needs none of it.
# Ctrl-C ends the check, and the boot goes on: the script then dies by SIGINT, which "skippable" takes
# for a success.
set -eu
service=fsck
. "${0%/*}/prelude.sh"
[ -r /etc/fstab ] || exit 0

# Statuses as /etc/rc.d/fsck and fsck(8) have them: 4 the root was repaired, 8 needs a hand, 12 and 130
# interrupted, 16 try again.
status=0
fsck -F -p || status=$?
if [ "$status" -eq 16 ]; then
  status=0
  fsck -F -p || status=$?
fi
case $status in
  0) ;;
  4)
    say "The root was repaired: the machine must start again"
    # The manager restarts the machine on SIGINT and breaks this start off.
    kill -s INT "$PPID"
    sleep 600
    fail "The machine did not restart. Restart it by hand"
    ;;
  12 | 130)
    say "Cancelled; going on unchecked"
    trap - INT
    kill -s INT $$
    ;;
  *) fail "Faults are left (status $status). Start recovery and run fsck by hand there" ;;
esac
