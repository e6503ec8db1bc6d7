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
