#!/bin/sh
# Loads the drivers of all devices that the kernel knows, and makes their nodes.
set -eu
service=devices
. "${0%/*}/prelude.sh"

# A driver may bring further devices (a controller its disks), so a second round. Most names are those of
# drivers that are built in or do not exist; modprobe's status tells nothing.
if [ -e /proc/modules ]; then
  for _ in first second; do
    find /sys/devices -name modalias -type f -exec sort -u {} + 2>/dev/null |
      xargs modprobe -a -b -q 2>/dev/null || true
  done
fi
mdev -s
