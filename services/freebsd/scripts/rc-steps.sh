#!/bin/sh
# rc-steps.sh ACTION STEP...: lets scripts of /etc/rc.d do their work, one after the other. They know
# /etc/rc.conf; with "quietstart" one that is not enabled there does nothing and says nothing. A step that
# this release does not have is left out. All steps are tried; one that failed makes this fail.
set -eu
service=rc-steps
. "${0%/*}/prelude.sh"
action=$1
shift

failed=
for step in "$@"; do
  [ -r "/etc/rc.d/$step" ] || continue
  # From the root, as /etc/rc does: a working directory keeps its file system busy.
  (cd / && /bin/sh "/etc/rc.d/$step" "$action") || failed="$failed $step"
done
[ -z "$failed" ] || fail "Failed in /etc/rc.d:$failed"
