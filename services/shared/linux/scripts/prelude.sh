# Read by every script of this folder: where programs are, how to speak, small questions that several
# of them ask. Any POSIX shell; programs only where the function says so.
#
# The script that reads this has set "service", the name to speak under. Scripts are silent when all is
# well: most of them write to the console, which belongs to the manager's status lines.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 022

say() {
  printf '%s: %s\n' "$service" "$*" >&2
}

fail() {
  say "$*"
  exit 1
}

# has PROGRAM: whether it is installed.
has() {
  command -v "$1" >/dev/null 2>&1
}

# is_mounted PLACE: without /proc nothing counts as mounted.
is_mounted() {
  [ -r /proc/self/mounts ] || return 1
  while read -r _ place _; do
    [ "$place" != "$1" ] || return 0
  done </proc/self/mounts
  return 1
}

# has_kernel_word WORD: whether the kernel's command line holds exactly this word.
has_kernel_word() {
  [ -r /proc/cmdline ] || return 1
  read -r line </proc/cmdline || true
  case " $line " in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
  esac
}

# wait_for_socket PATH: daemons that cannot tell when they are ready make a socket. Ten seconds at most.
wait_for_socket() {
  tries=0
  until [ -S "$1" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 100 ] || return 1
    sleep 0.1
  done
}

# lines_of FILE...: the lines of those files that exist, without comments, blank lines and outer blanks.
lines_of() {
  for file in "$@"; do
    [ -f "$file" ] || continue
    while read -r line || [ -n "$line" ]; do
      case $line in
        '' | '#'* | ';'*) ;;
        *) printf '%s\n' "$line" ;;
      esac
    done <"$file"
  done
}
