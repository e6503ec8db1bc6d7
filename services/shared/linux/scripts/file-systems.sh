#!/bin/sh
# file-systems.sh local: mounts what /etc/fstab has on this machine's disks; remote: what is reached over
# the network; stop-remote: lets that go. A missing file system is a failure unless its options say "nofail".
set -eu
service=$1-fs
. "${0%/*}/prelude.sh"
network_types=nfs,nfs4,cifs,smb3,smbfs,ncpfs,ceph,glusterfs,9p,fuse.sshfs,fuse.glusterfs
[ -r /etc/fstab ] || exit 0

case $1 in
  local)
    mount -a -t "no$network_types" -O no_netdev ||
      fail "Not everything in /etc/fstab could be mounted. Mend it, or mark what may be missing: nofail"
    ;;
  remote)
    mount -a -t "$network_types" || fail "Not every network file system could be mounted"
    mount -a -O _netdev || fail "Not every file system marked _netdev could be mounted"
    ;;
  stop-remote)
    service=remote-fs
    umount -a -t "$network_types" || say "Some network file systems are busy"
    ;;
esac
