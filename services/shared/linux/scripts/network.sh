#!/bin/sh
# network.sh start: configures the network as /etc/network/interfaces says (ifupdown); where there is no
# such thing, asks for an address by DHCP on each wired interface. stop: takes it down again.
# It has failed only when no interface is up in the end: one broken of two must not keep sshd away.
set -eu
service=network
. "${0%/*}/prelude.sh"
state=/run/dinit-network

uses_ifupdown() {
  [ -r /etc/network/interfaces ] && has ifup
}

# What comes up by itself besides the loopback interface: names, and with Debian's ifupdown patterns.
automatic_interfaces() {
  lines_of /etc/network/interfaces /etc/network/interfaces.d/* |
    while read -r word names; do
      case $word in auto | allow-auto) ;; *) continue ;; esac
      for name in $names; do
        [ "$name" = lo ] || printf '%s\n' "$name"
      done
    done
}

# with_busybox COMMAND: busybox's ifup and ifdown know no exceptions, and fail over a loopback interface
# that is up already; so they are called for each interface.
with_busybox() {
  status=0
  for name in $(automatic_interfaces); do
    "$1" "$name" || status=1
  done
  return "$status"
}

is_busybox() {
  case $(readlink -f "$(command -v "$1")") in
    *busybox*) return 0 ;;
    *) return 1 ;;
  esac
}

bring_up() {
  if is_busybox ifup; then with_busybox ifup; else ifup -a; fi
}

# Ethernet that belongs to a device: no loopback, bridges, tunnels, radio.
wired_interfaces() {
  for path in /sys/class/net/*; do
    [ -e "$path/device" ] && [ ! -e "$path/wireless" ] || continue
    [ "$(cat "$path/type")" = 1 ] || continue
    printf '%s\n' "${path##*/}"
  done
}

is_any_up() {
  for path in /sys/class/net/*; do
    [ "${path##*/}" != lo ] || continue
    case $(cat "$path/operstate" 2>/dev/null) in up | unknown) return 0 ;; esac
  done
  return 1
}

# ask_for_address INTERFACE: the client stays in the background and renews the lease.
ask_for_address() {
  if has dhclient; then
    dhclient -1 -pf "$state/$1.pid" "$1"
  elif has udhcpc; then
    udhcpc -n -i "$1" -p "$state/$1.pid"
  elif has dhcpcd; then
    dhcpcd --waitip "$1"
  else
    fail "There is no DHCP client here, and no /etc/network/interfaces"
  fi
}

start() {
  if uses_ifupdown; then
    mkdir -p /run/network
    bring_up || say "ifup could not configure every interface"
    [ -n "$(automatic_interfaces)" ] || return 0
  else
    interfaces=$(wired_interfaces)
    [ -n "$interfaces" ] || return 0
    mkdir -p "$state"
    for interface in $interfaces; do
      if has ip; then ip link set "$interface" up; else ifconfig "$interface" up; fi
      ask_for_address "$interface" || say "$interface got no address"
    done
  fi
  is_any_up || fail "No interface is up"
}

stop() {
  if uses_ifupdown; then
    if is_busybox ifdown; then with_busybox ifdown; else ifdown -a --exclude=lo; fi
    return
  fi
  for file in "$state"/*.pid; do
    [ -f "$file" ] || continue
    kill "$(cat "$file")" 2>/dev/null || true
    rm -f "$file"
  done
  if has dhcpcd; then dhcpcd -x 2>/dev/null || true; fi
}

"$1"
