#!/bin/sh
# Waits until messages can be sent to the syslog daemon.
set -eu
service=system-log
. "${0%/*}/prelude.sh"
wait_for_socket /dev/log || fail "The syslog daemon does not listen at /dev/log"
