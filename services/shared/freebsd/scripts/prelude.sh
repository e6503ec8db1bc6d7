# Read by every script of this folder: where programs are, how to speak. The script that reads this has
# set "service", the name to speak under. Until /usr is mounted only /bin, /sbin and /rescue are there.

# The kernel gives its first process no environment at all.
PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin
HOME=/root
export PATH HOME
umask 022

say() {
  printf '%s: %s\n' "$service" "$*" >&2
}

fail() {
  say "$*"
  exit 1
}

# setting NAME DEFAULT: a variable of rc.conf(5), read as /etc/rc.subr does; a fault in it costs no boot.
setting() {
  (
    set +eu
    . /etc/defaults/rc.conf
    source_rc_confs
    eval "printf %s \"\${$1:-$2}\""
  ) 2>/dev/null || printf %s "$2"
}
