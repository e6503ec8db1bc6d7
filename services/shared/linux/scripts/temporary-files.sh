#!/bin/sh
# Empties /tmp and makes what has to be new at each boot. Nothing runs yet that could use /tmp, and find
# follows no links and leaves other file systems alone.
set -eu
service=temporary-files
. "${0%/*}/prelude.sh"

[ -d /tmp ] || mkdir /tmp
if ! is_mounted /tmp && has find; then
  find /tmp -xdev -depth -mindepth 1 ! -path '/tmp/lost+found*' -exec rm -rf {} + ||
    say "Not all of /tmp could be removed"
fi
chmod 1777 /tmp
# Whoever makes these first owns them; it must not be a user.
for folder in /tmp/.X11-unix /tmp/.ICE-unix; do
  [ -d "$folder" ] || mkdir -m 1777 "$folder"
done

# What packages ask for: tmpfiles.d(5). The program comes with systemd, or alone.
for program in systemd-tmpfiles systemd-tmpfiles.standalone opentmpfiles; do
  has "$program" || continue
  # Logins are open from the first prompt on: nothing here would take systemd's nologin away again.
  "$program" --create --remove --boot --exclude-prefix=/dev --exclude-prefix=/run/nologin ||
    say "$program could not make everything"
  break
done
