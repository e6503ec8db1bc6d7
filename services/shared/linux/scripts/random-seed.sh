#!/bin/sh
# random-seed.sh start: feeds the kernel's random generator with what the last run left, and at once
# replaces that, so that no seed is used twice; stop: saves a new one. random(4)
set -eu
service=random-seed
. "${0%/*}/prelude.sh"

# A stop may come when the start never did, with the root still read-only.
[ -w /var/lib ] || exit 0

# It also tells the kernel that the seed is good, which a shell cannot.
if has seedrng; then exec seedrng; fi

seed=/var/lib/dinit/random-seed
umask 077
mkdir -p "${seed%/*}"
if [ "$1" = start ] && [ -s "$seed" ]; then cat "$seed" >/dev/urandom; fi
dd if=/dev/urandom of="$seed.new" bs=512 count=1 2>/dev/null
mv "$seed.new" "$seed"
