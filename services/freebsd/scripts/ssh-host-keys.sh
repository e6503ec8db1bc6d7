#!/bin/sh
# Makes the host keys that are missing: once, at the first boot.
set -eu
service=ssh-host-keys
. "${0%/*}/prelude.sh"
# It tells on standard output what it makes, in pieces of lines.
ssh-keygen -A >/dev/null
