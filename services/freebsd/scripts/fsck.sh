#!/bin/sh
# Checks the file systems of /etc/fstab while the root is read-only; ZFS needs none of it.
# Ctrl-C ends the check, and the boot goes on: the script then dies by SIGINT, which "skippable" takes
# for a success.
set -eu
service=fsck
. "${0%/*}/prelude.sh"
[ -r /etc/fstab ] || exit 0

# As /etc/rc.d/fsck, but for background_fsck: all is checked now, nothing left for later.
flags=$(setting fsck_flags -p)
repair_flags=$(setting fsck_y_flags "")

# Statuses as /etc/rc.d/fsck and fsck(8) have them: 3 a device is not there (yet), 4 the root was repaired,
# 8 and 16 faults are left, 12 and 130 interrupted.
check() {
  status=0
  fsck "$@" || status=$?
}
# shellcheck disable=SC2086 # words
check $flags
if [ "$status" -eq 3 ]; then
  say "A device is not there; trying once more"
  sleep 5
  # shellcheck disable=SC2086 # words
  check $flags
fi
case $status:$(setting fsck_y_enable NO) in
  8:[Yy]* | 16:[Yy]*)
    say "Faults are left; repairing without asking (fsck_y_enable)"
    # shellcheck disable=SC2086 # words
    check -y $repair_flags
    ;;
esac
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
