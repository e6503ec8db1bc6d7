/**
 * OpenRC's service scripts beside ours. They are shell, so they are rewritten by hand: this says
 * what
 * each part becomes. Source: openrc-run(8).
 */
export const OPENRC_ROWS: readonly (readonly [directive: string, becomes: string])[] = [
  ["`command`, `command_args`", "`command`"],
  [
    "`command_background=yes`, `pidfile`",
    '`type = "process"`; the program stays in the foreground',
  ],
  ["`supervisor=supervise-daemon`", '`type = "process"`'],
  ["`pidfile`, for a daemon that goes into the background", '`type = "bgprocess"`, `pid-file`'],
  ["`start()`, `stop()`", '`type = "scripted"`, `command`, `stop-command`'],
  ["`command_user`", "`run-as`"],
  ["`directory`", "`working-dir`"],
  ["`output_log`, `error_log`", "`logfile`, one for both"],
  ["`retry=TERM/30/KILL/5`", "`term-signal`, `stop-timeout`"],
  [
    "`respawn_delay`, `respawn_max`, `respawn_period`",
    "`restart-delay`, `restart-limit-count`, `restart-limit-interval`",
  ],
  ["`rc_ulimit`", "`rlimit-…`"],
  ["`depend() { need X; }`", "`depends-on`"],
  ["`use X`, `want X`", "`waits-for`"],
  ["`after X`, `before X`", "`after`, `before`"],
  ["`provide X`", "an internal service `X` that waits for it"],
  ["`/etc/conf.d/NAME`", "`env-file`"],
  [
    "runlevels",
    "services of type internal; the boot loader's `-t NAME`, or `dinit ctl start NAME`",
  ],
  ["`checkpath`", "a scripted service before it"],
];
