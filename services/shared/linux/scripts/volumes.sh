#!/bin/sh
# Puts together what file systems may lie on: software RAID, logical volumes. The one that the root is on
# must have been put together by the initramfs; these are the others.
set -eu
service=volumes
. "${0%/*}/prelude.sh"

if has mdadm; then
  # Status 2: nothing was found that is not assembled already. mdadm(8)
  mdadm --assemble --scan --quiet || [ $? -eq 2 ] || say "Not all RAID arrays could be assembled"
fi
if has vgchange; then
  vgchange --activate ay --sysinit >/dev/null || say "Not all volume groups could be activated"
fi
