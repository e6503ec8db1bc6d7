#!/bin/sh
# Becomes the cron daemon that is installed, in the foreground.
set -eu
service=cron
. "${0%/*}/prelude.sh"

# Debian's cron and busybox have -f, cronie (also called crond) has -n.
if has cron; then exec cron -f; fi
if has crond; then
  case $(crond -h 2>&1 || true) in
    *" -n"*) exec crond -n ;;
    *) exec crond -f ;;
  esac
fi
fail "There is no cron here. Install one (apt-get install cron), or: dinitctl disable cron"
