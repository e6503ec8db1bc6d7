#!/bin/sh
# local-services.sh start: what packages have put into /usr/local/etc/rc.d and /etc/rc.conf enables, in
# the order of rcorder(8); stop: those that ask to be stopped, the other way round.
set -eu
service=local-services
. "${0%/*}/prelude.sh"
set -- "$1" /usr/local/etc/rc.d/*
[ -e "$2" ] || exit 0
action=$1
shift

# rcorder complains about what the system's own scripts provide; it sees only the packages'.
case $action in
  start) scripts=$(rcorder -s nostart "$@" 2>/dev/null) ;;
  stop)
    scripts=
    for script in $(rcorder -k shutdown "$@" 2>/dev/null); do scripts="$script $scripts"; done
    ;;
esac
failed=
for script in $scripts; do
  (cd / && /bin/sh "$script" "quiet$action") || failed="$failed ${script##*/}"
done
[ -z "$failed" ] || fail "Failed in /usr/local/etc/rc.d:$failed"
