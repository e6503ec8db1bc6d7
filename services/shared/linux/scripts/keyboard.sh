#!/bin/sh
# Sets the keyboard of the console, for passwords are typed on it: Debian's console-setup, or
# busybox's loadkmap as Alpine configures it.
set -eu
service=keyboard
. "${0%/*}/prelude.sh"

# A machine without a screen.
[ -c /dev/tty1 ] || exit 0
if has setupcon; then
  setupcon --keyboard-only || say "setupcon could not set the keyboard"
elif [ -r /etc/conf.d/loadkmap ] && has loadkmap; then
  KEYMAP=
  . /etc/conf.d/loadkmap
  [ -z "$KEYMAP" ] || zcat "$KEYMAP" | loadkmap || say "Cannot load the keyboard table $KEYMAP"
fi
