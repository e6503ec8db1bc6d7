#!/bin/sh
# clock.sh start: sets the system's time from the hardware clock; stop: the other way round.
# A machine without such a clock goes on from the time of its last shutdown, so that time at least never
# runs backwards. Whether the hardware clock has UTC or local time is in /etc/adjtime: hwclock(8).
set -eu
service=clock
. "${0%/*}/prelude.sh"
stamp=/var/lib/dinit/clock

has_hardware_clock() {
  { [ -e /dev/rtc ] || [ -e /dev/rtc0 ]; } && has hwclock
}

case $1 in
  start)
    if has_hardware_clock; then
      hwclock -s || fail "Cannot read the hardware clock; the time may be wrong"
    elif [ -e "$stamp" ] && [ "$(date +%s)" -lt "$(date -r "$stamp" +%s)" ]; then
      date -s "@$(date -r "$stamp" +%s)" >/dev/null
      say "There is no hardware clock; the time is that of the last shutdown"
    fi
    ;;
  stop)
    # Not before the root could be written: /etc/adjtime is part of it, and nothing has changed yet.
    [ -w /etc ] || exit 0
    if has_hardware_clock; then
      hwclock -w || fail "Cannot set the hardware clock"
    else
      mkdir -p "${stamp%/*}"
      : >"$stamp"
    fi
    ;;
esac
