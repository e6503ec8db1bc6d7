# Sets "udevd" to the program of the device manager; empty when there is none.
udevd=
for candidate in /usr/lib/systemd/systemd-udevd /lib/systemd/systemd-udevd /sbin/udevd \
  /usr/sbin/udevd /lib/udev/udevd; do
  if [ -x "$candidate" ]; then
    udevd=$candidate
    break
  fi
done
