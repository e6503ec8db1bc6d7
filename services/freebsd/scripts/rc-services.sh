#!/bin/sh
# rc-services.sh start: the rest of what /etc/rc.conf enables, in the order of rcorder(8); stop: those that ask to
# be stopped, the other way round.
set -eu
service=rc-services
. "${0%/*}/prelude.sh"
action=$1

# What services of this set do, or stand for: disks, fsck, root-rw, local-fs, base, netif, network, remote-fs; then
# daemons, and what checks file systems in the background.
own="ddb ccd geli zpool swap dumpon fsck root mdconfig zvol zfs mountcritlocal
  devfs hostid hostid_save var cleanvar var_run tmp cleartmp random ldconfig kldxref kld devmatch sysctl
  hostname adjkerntz newsyslog utx ipfilter pflog pf ipfw netif bridge resolv routing defaultroute
  nfsclient mountcritremote mdconfig2 mountlate devd syslogd cron sshd bgfsck"
is_own() {
  case $1 in /etc/rc.d/*) ;; *) return 1 ;; esac
  for name in $own; do
    [ "$1" != "/etc/rc.d/$name" ] || return 0
  done
  return 1
}

set --
for script in /etc/rc.d/* /usr/local/etc/rc.d/*; do
  [ ! -f "$script" ] || set -- "$@" "$script"
done
# What a script requires need not be there.
scripts=
case $action in
  start) scripts=$(rcorder -s nostart -s firstboot "$@" 2>/dev/null) ;;
  stop)
    for script in $(rcorder -k shutdown "$@" 2>/dev/null); do scripts="$script $scripts"; done
    ;;
esac
failed=
for script in $scripts; do
  is_own "$script" || (cd / && /bin/sh "$script" "quiet$action") || failed="$failed ${script##*/}"
done
[ -z "$failed" ] || fail "Failed in rc.d:$failed"
