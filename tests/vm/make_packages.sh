#!/bin/sh
# Packages that no archive has, made on the machine itself: a later memcached, and two versions of a daemon
# that has a unit and no init script. Its scripts say what debhelper's do where systemd does not run.
set -e
cd /root
dpkg-deb -R memcached_*.deb next
sed -i 's/^Version: .*/&+next1/' next/DEBIAN/control
dpkg-deb -b next memcached-next.deb
for version in 1 2; do
  mkdir -p plain/DEBIAN plain/usr/bin plain/lib/systemd/system
  cp /bin/sleep plain/usr/bin/plain-daemon
  cat >plain/lib/systemd/system/plain-daemon.service <<EOF
[Service]
ExecStart=/usr/bin/plain-daemon infinity
[Install]
WantedBy=multi-user.target
EOF
  cat >plain/DEBIAN/control <<EOF
Package: plain-daemon
Version: $version
Architecture: all
Maintainer: Nobody <nobody@localhost>
Description: a daemon without an init script
EOF
  cat >plain/DEBIAN/postinst <<'EOF'
#!/bin/sh
set -e
deb-systemd-helper enable plain-daemon.service
EOF
  cat >plain/DEBIAN/postrm <<'EOF'
#!/bin/sh
set -e
[ "$1" != purge ] || deb-systemd-helper purge plain-daemon.service
EOF
  chmod 755 plain/DEBIAN/post*
  dpkg-deb -b plain "plain-$version.deb"
done
