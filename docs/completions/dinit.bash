# bash completion for dinit. Made by tools/generate.ts. Do not edit.

# Names of services: those loaded and those that have a file.
_dinit_services() {
  local index word
  local -a target=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    case $word in
      -s | --system | -u | --user) target+=("$word") ;;
      -p | --socket-path)
        ((index++))
        target+=("$word" "${COMP_WORDS[index]}")
        ;;
    esac
  done
  dinitctl "${target[@]}" list --all 2>/dev/null | sed -n 's/^\[.\{8\}\] \([^ ]*\).*/\1/p'
}

# _dinit_offer KIND-OR-WORDS: sets COMPREPLY to what fits the word at the cursor.
_dinit_offer() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  case $1 in
    :service) mapfile -t COMPREPLY < <(compgen -W "$(_dinit_services)" -- "$cur") ;;
    :file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    :directory)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      ;;
    :none) COMPREPLY=() ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur") ;;
  esac
}

# _dinitctl_from FIRST: the words of dinitctl begin at index FIRST.
_dinitctl_from() {
  local index word verb= operands=0 cur=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  for ((index = $1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    case $verb$'\n'$word in
      *$'\n'-p | *$'\n'--socket-path)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':file'; fi
        ;;
      status$'\n'-n | status$'\n'--lines)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':none'; fi
        ;;
      show$'\n'-P | show$'\n'--property)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':service'; fi
        ;;
      is-enabled$'\n'--from)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':service'; fi
        ;;
      enable$'\n'-d | enable$'\n'--services-dir)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':directory'; fi
        ;;
      enable$'\n'--from)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':service'; fi
        ;;
      disable$'\n'-d | disable$'\n'--services-dir)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':directory'; fi
        ;;
      disable$'\n'--from)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':service'; fi
        ;;
      mask$'\n'-d | mask$'\n'--services-dir)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':directory'; fi
        ;;
      unmask$'\n'-d | unmask$'\n'--services-dir)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':directory'; fi
        ;;
      logs$'\n'-n | logs$'\n'--lines)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':none'; fi
        ;;
      logs$'\n'--since)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':none'; fi
        ;;
      logs$'\n'--until)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':none'; fi
        ;;
      logs$'\n'-D | logs$'\n'--directory)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':directory'; fi
        ;;
      logs$'\n'-g | logs$'\n'--grep)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':none'; fi
        ;;
      wait$'\n'--state)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer 'started stopped'; fi
        ;;
      wait$'\n'--timeout)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':none'; fi
        ;;
      top$'\n'--sort)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':none'; fi
        ;;
      metrics$'\n'--format)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':none'; fi
        ;;
      metrics$'\n'--output)
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer ':file'; fi
        ;;
      *$'\n'-*) ;;
      *)
        if [[ -z $verb ]]; then verb=$word; else ((operands++)); fi
        ;;
    esac
    if ((index >= COMP_CWORD)); then return; fi
  done
  if [[ $cur == -* ]]; then
    case $verb in
      start) _dinit_offer '--no-wait --pin -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      stop) _dinit_offer '--no-wait --pin -f --force --ignore-unstarted -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      restart) _dinit_offer '--no-wait -f --force --ignore-unstarted -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      wake) _dinit_offer '--no-wait --pin -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      release) _dinit_offer '--no-wait --pin --ignore-unstarted -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      unpin) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      trigger) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      untrigger) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      refresh) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      status) _dinit_offer '--json -n --lines -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      is-started) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      is-failed) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      list) _dinit_offer '--json -a --all --failed -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      list-dependencies) _dinit_offer '--json --reverse -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      show) _dinit_offer '-P --property --value -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      is-enabled) _dinit_offer '--from -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      cat) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      unload) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      reload) _dinit_offer '--changed -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      add-dep) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      rm-dep) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      enable) _dinit_offer '-o --offline -d --services-dir --from -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      disable) _dinit_offer '-o --offline -d --services-dir --from -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      mask) _dinit_offer '-o --offline -d --services-dir -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      unmask) _dinit_offer '-o --offline -d --services-dir -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      edit) _dinit_offer '--drop-in -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      setenv) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      unsetenv) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      catlog) _dinit_offer '--clear -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      signal) _dinit_offer '-l --list -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      shutdown) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      reexec) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      confirm-boot) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      tree) _dinit_offer '--json --reverse -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      timers) _dinit_offer '--json -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      logs) _dinit_offer '--clear --json -n --lines -f --follow --since --until -b --boot --list-boots -D --directory --no-pager -g --grep -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      wait) _dinit_offer '--state --timeout -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      watch) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      plan) _dinit_offer '--pin -f --force --json -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      blame) _dinit_offer '--json -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      critical-path) _dinit_offer '--json -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      boot-chart) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      top) _dinit_offer '--json --once --sort -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      metrics) _dinit_offer '--format --output -s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      report) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      help) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
      *) _dinit_offer '-s --system -u --user -p --socket-path --use-passed-cfd --other-user --quiet -h --help --version' ;;
    esac
    return
  fi
  case $verb:$operands in
    :*) _dinit_offer 'start stop restart wake release unpin trigger untrigger refresh status is-started is-failed list list-dependencies show is-enabled cat unload reload add-dep rm-dep enable disable mask unmask edit setenv unsetenv catlog signal shutdown reexec confirm-boot tree timers logs wait watch plan blame critical-path boot-chart top metrics report help' ;;
    start:*) _dinit_offer ':service' ;;
    stop:*) _dinit_offer ':service' ;;
    restart:*) _dinit_offer ':service' ;;
    wake:*) _dinit_offer ':service' ;;
    release:*) _dinit_offer ':service' ;;
    unpin:*) _dinit_offer ':service' ;;
    trigger:*) _dinit_offer ':service' ;;
    untrigger:*) _dinit_offer ':service' ;;
    refresh:*) _dinit_offer ':service' ;;
    status:*) _dinit_offer ':service' ;;
    is-started:*) _dinit_offer ':service' ;;
    is-failed:*) _dinit_offer ':service' ;;
    list:*) _dinit_offer ':service' ;;
    list-dependencies:*) _dinit_offer ':service' ;;
    show:*) _dinit_offer ':service' ;;
    is-enabled:*) _dinit_offer ':service' ;;
    cat:*) _dinit_offer ':service' ;;
    unload:*) _dinit_offer ':service' ;;
    reload:*) _dinit_offer ':service' ;;
    add-dep:0) _dinit_offer 'need regular depends-on milestone depends-ms waits-for' ;;
    add-dep:*) _dinit_offer ':service' ;;
    rm-dep:0) _dinit_offer 'need regular depends-on milestone depends-ms waits-for' ;;
    rm-dep:*) _dinit_offer ':service' ;;
    enable:*) _dinit_offer ':service' ;;
    disable:*) _dinit_offer ':service' ;;
    mask:*) _dinit_offer ':service' ;;
    unmask:*) _dinit_offer ':service' ;;
    edit:*) _dinit_offer ':service' ;;
    setenv:*) _dinit_offer ':none' ;;
    unsetenv:*) _dinit_offer ':none' ;;
    catlog:*) _dinit_offer ':service' ;;
    signal:0) _dinit_offer 'HUP INT QUIT KILL USR1 USR2 TERM CONT STOP' ;;
    signal:*) _dinit_offer ':service' ;;
    shutdown:*) _dinit_offer 'poweroff halt reboot soft-reboot kexec' ;;
    reexec:*) _dinit_offer ':file' ;;
    tree:*) _dinit_offer ':service' ;;
    timers:*) _dinit_offer ':service' ;;
    logs:*) _dinit_offer ':service' ;;
    wait:*) _dinit_offer ':service' ;;
    watch:*) _dinit_offer ':service' ;;
    plan:0) _dinit_offer 'start stop restart wake release reload shutdown' ;;
    plan:*) _dinit_offer ':service' ;;
    critical-path:*) _dinit_offer ':service' ;;
    top:*) _dinit_offer ':service' ;;
    report:*) _dinit_offer ':file' ;;
    help:*) _dinit_offer 'start stop restart wake release unpin trigger untrigger refresh status is-started is-failed list list-dependencies show is-enabled cat unload reload add-dep rm-dep enable disable mask unmask edit setenv unsetenv catlog signal shutdown reexec confirm-boot tree timers logs wait watch plan blame critical-path boot-chart top metrics report help' ;;
  esac
}

_dinitctl() { _dinitctl_from 1; }

_dinit_check_from() {
  COMPREPLY=()
  if ((COMP_CWORD > $1)); then
    case ${COMP_WORDS[COMP_CWORD - 1]} in
      -d | --services-dir)
        _dinit_offer ':directory'
        return
        ;;
      -e | --env-file)
        _dinit_offer ':file'
        return
        ;;
      -p | --socket-path)
        _dinit_offer ':file'
        return
        ;;
    esac
  fi
  if [[ ${COMP_WORDS[COMP_CWORD]} == -* ]]; then
    _dinit_offer '-d --services-dir -e --env-file -n --online -p --socket-path --other-user -s --system -u --user --security --json -h --help'
  else
    _dinit_offer ':service'
  fi
}

_dinit_check() { _dinit_check_from 1; }

_dinit_monitor_from() {
  COMPREPLY=()
  if ((COMP_CWORD > $1)); then
    case ${COMP_WORDS[COMP_CWORD - 1]} in
      -c | --command)
        _dinit_offer ':none'
        return
        ;;
      --str-started)
        _dinit_offer ':none'
        return
        ;;
      --str-stopped)
        _dinit_offer ':none'
        return
        ;;
      --str-failed)
        _dinit_offer ':none'
        return
        ;;
      --str-healthy)
        _dinit_offer ':none'
        return
        ;;
      --str-unhealthy)
        _dinit_offer ':none'
        return
        ;;
      --str-set)
        _dinit_offer ':none'
        return
        ;;
      --str-unset)
        _dinit_offer ':none'
        return
        ;;
      -p | --socket-path)
        _dinit_offer ':file'
        return
        ;;
    esac
  fi
  if [[ ${COMP_WORDS[COMP_CWORD]} == -* ]]; then
    _dinit_offer '-c --command -e --exit -E --env --health -i --initial --str-started --str-stopped --str-failed --str-healthy --str-unhealthy --str-set --str-unset -p --socket-path --other-user -s --system -u --user -h --help --version'
  else
    _dinit_offer ':service'
  fi
}

_dinit_monitor() { _dinit_monitor_from 1; }

_dinit_shutdown_from() {
  COMPREPLY=()
  if [[ ${COMP_WORDS[COMP_CWORD]} == -* ]]; then
    _dinit_offer '-p -r -s -h -k --system --use-passed-cfd --help'
  else
    _dinit_offer ':none'
  fi
}

_dinit_shutdown() { _dinit_shutdown_from 1; }

_dinit_convert_from() {
  COMPREPLY=()
  if ((COMP_CWORD > $1)); then
    case ${COMP_WORDS[COMP_CWORD - 1]} in
      -o | --output)
        _dinit_offer ':directory'
        return
        ;;
      --from)
        _dinit_offer 'dinit systemd supervisord runit s6 procfile compose crontab'
        return
        ;;
    esac
  fi
  if [[ ${COMP_WORDS[COMP_CWORD]} == -* ]]; then
    _dinit_offer '-w --write -o --output --from --force --report --json -h --help'
  else
    _dinit_offer ':file'
  fi
}

_dinit_migrate_from() {
  COMPREPLY=()
  if ((COMP_CWORD > $1)); then
    case ${COMP_WORDS[COMP_CWORD - 1]} in
      --root)
        _dinit_offer ':directory'
        return
        ;;
      --from)
        _dinit_offer 'systemd openrc dinit'
        return
        ;;
      --with)
        _dinit_offer ':none'
        return
        ;;
      --services)
        _dinit_offer ':directory'
        return
        ;;
      --within)
        _dinit_offer ':none'
        return
        ;;
    esac
  fi
  if [[ ${COMP_WORDS[COMP_CWORD]} == -* ]]; then
    _dinit_offer '--root --from --with --services --within --json -q --quiet -h --help'
  else
    _dinit_offer 'plan apply test undo'
  fi
}

_dinit_manager_from() {
  COMPREPLY=()
  if ((COMP_CWORD > $1)); then
    case ${COMP_WORDS[COMP_CWORD - 1]} in
      -d | --services-dir)
        _dinit_offer ':directory'
        return
        ;;
      -e | --env-file)
        _dinit_offer ':file'
        return
        ;;
      -p | --socket-path)
        _dinit_offer ':file'
        return
        ;;
      --read-group)
        _dinit_offer ':none'
        return
        ;;
      --log-group)
        _dinit_offer ':none'
        return
        ;;
      --power-group)
        _dinit_offer ':none'
        return
        ;;
      --control-group)
        _dinit_offer ':none'
        return
        ;;
      -F | --ready-fd)
        _dinit_offer ':none'
        return
        ;;
      -l | --log-file)
        _dinit_offer ':file'
        return
        ;;
      --grace)
        _dinit_offer ':none'
        return
        ;;
      -b | --cgroup-path)
        _dinit_offer ':file'
        return
        ;;
      --cgroups)
        _dinit_offer ':none'
        return
        ;;
      --oom-score-adj)
        _dinit_offer ':none'
        return
        ;;
      -t | --service)
        _dinit_offer ':service'
        return
        ;;
      --console-level)
        _dinit_offer 'none error warn info debug'
        return
        ;;
      --log-level)
        _dinit_offer 'none error warn info debug'
        return
        ;;
      --log-store-dir)
        _dinit_offer ':directory'
        return
        ;;
      --log-store-size)
        _dinit_offer ':none'
        return
        ;;
      --log-store-service-size)
        _dinit_offer ':none'
        return
        ;;
      --log-store-age)
        _dinit_offer ':none'
        return
        ;;
      --syslog-socket)
        _dinit_offer ':none'
        return
        ;;
      --log-rate-lines)
        _dinit_offer ':none'
        return
        ;;
      --log-rate-bytes)
        _dinit_offer ':none'
        return
        ;;
      --log-rate-interval)
        _dinit_offer ':none'
        return
        ;;
      --left-behind)
        _dinit_offer ':none'
        return
        ;;
      --crash-limit)
        _dinit_offer ':none'
        return
        ;;
      --crash-window)
        _dinit_offer ':none'
        return
        ;;
      --crash-pause)
        _dinit_offer ':none'
        return
        ;;
      --hang-limit)
        _dinit_offer ':none'
        return
        ;;
      --watchdog)
        _dinit_offer ':none'
        return
        ;;
      --watchdog-device)
        _dinit_offer ':file'
        return
        ;;
    esac
  fi
  if [[ ${COMP_WORDS[COMP_CWORD]} == -* ]]; then
    _dinit_offer '-d --services-dir -e --env-file -p --socket-path --read-group --log-group --power-group --control-group -F --ready-fd -l --log-file -s --system -u --user -m --system-mgr -o --container --grace -r --auto-recovery -q --quiet -b --cgroup-path --cgroups --oom-score-adj -t --service --console-level --log-level --log-store --log-store-dir --log-store-size --log-store-service-size --log-store-age --syslog-socket --log-rate-lines --log-rate-bytes --log-rate-interval --left-behind --crash-limit --crash-window --crash-pause --hang-limit --watchdog --watchdog-device --help --version'
  else
    _dinit_offer ':service'
  fi
}

_dinit() {
  if ((COMP_CWORD > 1)); then
    case ${COMP_WORDS[1]} in
      ctl) _dinitctl_from 2; return ;;
      check) _dinit_check_from 2; return ;;
      monitor) _dinit_monitor_from 2; return ;;
      convert) _dinit_convert_from 2; return ;;
      migrate) _dinit_migrate_from 2; return ;;
    esac
  elif [[ ${COMP_WORDS[1]} != -* ]]; then
    _dinit_offer 'ctl check monitor convert migrate schema calendar probe'
    return
  fi
  _dinit_manager_from 1
}

complete -F _dinit dinit
complete -F _dinitctl dinitctl
complete -F _dinit_check dinit-check
complete -F _dinit_monitor dinit-monitor
complete -F _dinit_shutdown shutdown halt poweroff reboot soft-reboot
