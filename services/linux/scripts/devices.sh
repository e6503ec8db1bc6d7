#!/bin/sh
# Asks the device manager to look at the devices that were there before it, and waits until it has.
# A device that takes too long is reported and waited for no more: what needs it will say so.
set -eu
service=devices
. "${0%/*}/prelude.sh"
. "${0%/*}/find-udevd.sh"

if [ -n "$udevd" ]; then
  wait_for_socket /run/udev/control || fail "udevd does not listen at /run/udev/control"
  udevadm trigger --type=subsystems --action=add
  udevadm trigger --type=devices --action=add
  udevadm settle --timeout=60 || say "Some devices are not set up after 60 s; going on"
elif has mdev; then
  mdev -s
  # Older kernels call mdev for each device that comes later; newer ones only tell over netlink.
  [ ! -w /proc/sys/kernel/hotplug ] || command -v mdev >/proc/sys/kernel/hotplug
fi
