#!/bin/sh
# Becomes the syslog daemon that is installed, in the foreground.
set -eu
service=syslogd
. "${0%/*}/prelude.sh"

if has rsyslogd; then exec rsyslogd -n -iNONE; fi
if has syslog-ng; then exec syslog-ng --foreground; fi
if has syslogd; then
  # Three programs have this name, and two of them say "foreground" in their own way.
  case "$(readlink -f "$(command -v syslogd)") $(syslogd --version 2>&1 || true)" in
    *busybox* | *BusyBox* | *inetutils*) exec syslogd -n ;;
    *) exec syslogd -F ;;
  esac
fi
say "There is no syslog daemon here. Install one: apt-get install rsyslog"
