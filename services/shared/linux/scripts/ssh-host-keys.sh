#!/bin/sh
# Makes the host keys that are missing: once, at the first boot. Also sshd's empty folder in /run.
set -eu
service=ssh-host-keys
. "${0%/*}/prelude.sh"
has ssh-keygen || fail "There is no sshd here. Install it, or: dinitctl disable sshd"
[ -d /run/sshd ] || mkdir -m 755 /run/sshd
# It tells on standard output what it makes, in pieces of lines.
ssh-keygen -A >/dev/null
